import { expect, it } from 'vitest'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type ServerProcess, startServerProcess } from '../harness/server.ts'
import { overHttp, shop } from './shop.ts'

/** Demanded reads that are answered; by hand as many as there is time for. */
const READS = Number(process.env['READBACK_READS'] ?? 300)
const CLIENTS = 8
const READS_EACH = 5
const READ_TIMEOUT_MS = 1_000
/** From one blow to the next. */
const READS_BETWEEN = Math.max(40, Math.min(2_000, READS / 6))

const READ = `query ($id: ID!, $position: Position) @readAfter(position: $position, timeoutMs: 800) {
  order(id: $id) { version }
}`

interface Answer {
  readonly data?: { readonly order: { readonly version: number } | null } | null
  readonly errors?: readonly unknown[]
}

/** Undefined where no answer came, or it was an error: then nothing was said. */
const read = async (url: string, variables: object): Promise<Answer['data'] | undefined> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: READ, variables }),
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    })
    const { data, errors }: Answer = JSON.parse(await response.text())
    return errors === undefined ? data : undefined
  } catch {
    return undefined
  }
}

it(
  'no demanded read is stale while those who project are killed, stopped and resumed',
  { timeout: 120_000 + READS * 200 },
  async () => {
    await using clone = await cloneTemplate()
    const environment = { DATABASE_URL: clone.url }
    await using writer = await startServerProcess(environment)
    const workers: ServerProcess[] = await Promise.all(
      [1, 2].map(() => startServerProcess(environment)),
    )
    const { place, confirm } = await shop(overHttp(writer.url))
    const stale: unknown[] = []
    const blows: string[] = []
    let answered = 0
    let unanswered = 0

    const client = async (seed: number) => {
      for (let turn = seed; answered < READS && stale.length === 0; turn++) {
        const placed = await place()
        const isConfirmed = turn % 2 === 0
        const { position } = isConfirmed ? await confirm(placed.orderId) : placed
        const expected = isConfirmed ? 2 : 1
        for (let i = 0; i < READS_EACH; i++) {
          const { url } = [writer, ...workers][(turn + i) % 3] ?? writer
          const data = await read(url, { id: placed.orderId, position })
          if (data === undefined) unanswered += 1
          else if ((data?.order?.version ?? 0) < expected) stale.push({ data, expected, url })
          else answered += 1
        }
      }
    }

    const strike = async () => {
      const slot = blows.length % 2
      const worker = workers[slot]
      if (worker === undefined) throw new Error('There is no worker to strike.')
      const reads = answered
      // Ends with the clients, who end in any case.
      const until = async (more: number) =>
        await eventually(() => answered >= Math.min(READS, reads + more) || stale.length > 0, {
          timeoutMs: 120_000,
          intervalMs: 50,
        })
      if (blows.length % 4 < 2) {
        blows.push('stop')
        worker.signal('SIGSTOP')
        await until(READS_BETWEEN / 2)
        worker.signal('SIGCONT')
      } else {
        blows.push('kill')
        await worker.kill('SIGKILL')
        await until(READS_BETWEEN / 2)
        workers[slot] = await startServerProcess(environment)
      }
      await until(READS_BETWEEN)
    }
    const striking = async () => {
      while (answered < READS && stale.length === 0) await strike()
    }
    try {
      await Promise.all([striking(), ...Array.from({ length: CLIENTS }, (_, i) => client(i))])
    } finally {
      for (const worker of workers) await worker[Symbol.asyncDispose]()
    }
    expect(stale).toEqual([])
    expect(unanswered).toBeLessThan(answered)
    expect(new Set(blows)).toEqual(new Set(['stop', 'kill']))
    const count = (what: string) => blows.filter((blow) => blow === what).length
    process.stdout.write(
      `${answered} demanded reads, ${stale.length} stale, ${unanswered} unanswered, during ` +
        `${count('kill')} kills and ${count('stop')} stops of servers\n`,
    )
  },
)
