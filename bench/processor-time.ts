import { readdir, readFile } from 'node:fs/promises'

/** Of one tick in /proc; the kernel tells programs 100 a second whatever it counts by itself. */
const TICK_US = 10_000

/** What a process and its parts have used of the processors since they began, in microseconds. */
export interface ProcessorTime {
  readonly serverUs: number
  readonly postgresUs: number
}

interface Stat {
  readonly parent: number
  /** Its own and that of its children that have ended. */
  readonly ticks: number
  readonly endedTicks: number
}

/** Undefined where the process is gone, or the system is not Linux. */
const statOf = async (pid: string): Promise<Stat | undefined> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name may hold spaces and brackets; what follows its last bracket holds none.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [, parent, ...rest] = fields.map(Number)
  const [user, system, endedUser, endedSystem] = rest.slice(9, 13)
  if (parent === undefined || user === undefined || system === undefined) return undefined
  return { parent, ticks: user + system, endedTicks: (endedUser ?? 0) + (endedSystem ?? 0) }
}

const statsOfAll = async (): Promise<ReadonlyMap<number, Stat>> => {
  const stats = new Map<number, Stat>()
  for (const name of await readdir('/proc').catch(() => [])) {
    const stat = /^\d+$/.test(name) ? await statOf(name) : undefined
    if (stat !== undefined) stats.set(Number(name), stat)
  }
  return stats
}

/** The server's process alone, and PostgreSQL with all of its processes, those that ended included. */
export const processorTime = async (pids: {
  readonly server: number
  readonly postmaster: number
}): Promise<ProcessorTime> => {
  const stats = await statsOfAll()
  let postgres = stats.get(pids.postmaster)?.endedTicks ?? 0
  for (const [pid, { parent, ticks }] of stats)
    if (pid === pids.postmaster || parent === pids.postmaster) postgres += ticks
  const server = stats.get(pids.server)?.ticks ?? 0
  return { serverUs: server * TICK_US, postgresUs: postgres * TICK_US }
}
