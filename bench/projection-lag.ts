import { setTimeout as delay } from 'node:timers/promises'
import { query } from './fresh-database.ts'

const CATCH_UP_TIMEOUT_MS = 120_000
const POLL_MS = 20

export interface Lag {
  /** Events each projection was behind when the load ended. */
  readonly events: Readonly<Record<string, number>>
  /** How long after the load's end the last projection had all of them. */
  readonly caughtUpMs: number
}

const SELECT_LAG = `select p.name, (h.position - p.checkpoint)::int as behind
  from read.projections p cross join (select max(position) as position from log.events) h where p.served and not p.name = any($1::text[]) order by p.name`

/** Measures at the end of a load how far behind the projections are, but for those paused, and waits until they are not. */
export const projectionLag = async (
  url: string,
  {
    signal,
    paused = [],
    timeoutMs = CATCH_UP_TIMEOUT_MS,
  }: {
    readonly signal: AbortSignal
    readonly paused?: readonly string[]
    /** More where a whole log is projected first. */
    readonly timeoutMs?: number
  },
): Promise<Lag> => {
  const endedAt = performance.now()
  const behind = async () =>
    Object.fromEntries(
      (await query<{ name: string; behind: number }>(url, SELECT_LAG, [paused])).map((row) => [
        row.name,
        row.behind,
      ]),
    )
  const events = await behind()
  for (let now = events; Object.values(now).some((count) => count > 0); now = await behind()) {
    if (performance.now() - endedAt > timeoutMs)
      throw new Error(`The projections did not catch up; still behind: ${JSON.stringify(now)}.`)
    await delay(POLL_MS, undefined, { signal })
  }
  return { events, caughtUpMs: performance.now() - endedAt }
}
