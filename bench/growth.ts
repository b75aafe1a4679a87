import { type Appender, readbackAppender } from './appender.ts'
import type { Figure } from './figure.ts'
import { fillLog, refillLog } from './filled-log.ts'
import { freshDatabase, query } from './fresh-database.ts'
import { operations } from './hammer.ts'
import { type Contender, interleave } from './interleave.ts'
import type { Run } from './main.ts'
import { ordersToRead } from './orders-to-read.ts'
import type { Outcome } from './report.ts'

const SMALL = 1_000
const CALLERS = 32
/** A round is so many operations, not seconds: the small one has to stay small. */
const APPENDS = 2_000
const READS = 8_000
/** After the small log was filled anew, whose plans are then made again. */
const UNMEASURED_APPENDS = 200

/** Append and `order(id)` on a log and a table of a million beside a thousand. */
export const benchGrowth = async (run: Run): Promise<Outcome> => {
  const { postgresUrl, signal, say, events: large } = run
  await using opened = new AsyncDisposableStack()
  const contenders: Contender[] = []
  const sizes: string[] = []
  for (const count of [SMALL, large]) {
    const url = await freshDatabase(postgresUrl, `log_${count}`)
    say(`filling a log with ${count} events`)
    await fillLog(url, count)
    sizes.push(await sizeOf(url, count))
    const appender = opened.use(await readbackAppender(url))
    contenders.push({
      name: `append@${count}`,
      async measure() {
        await append(appender, { count: UNMEASURED_APPENDS, signal })
        return await append(appender, { count: APPENDS, signal })
      },
      ...(count === SMALL ? { settle: () => refillLog(url, count) } : {}),
    })
  }
  for (const count of [SMALL, large]) {
    say(`filling a table with ${count} orders`)
    const orders = opened.use(
      await ordersToRead(await freshDatabase(postgresUrl, `orders_${count}`), { count, signal }),
    )
    contenders.push({
      name: `order@${count}`,
      measure: () => operations(() => orders.readOne(), { count: READS, callers: CALLERS, signal }),
    })
  }
  const measured = await interleave(contenders, run)
  const ratios: Record<string, number> = {}
  for (const name of ['append', 'order']) {
    const [before, after] = [measured.get(`${name}@${SMALL}`), measured.get(`${name}@${large}`)]
    if (before !== undefined && after !== undefined)
      ratios[`${name}@${large}`] = times(before, after)
  }
  return {
    figures: Object.fromEntries(measured),
    ratios,
    notes: [
      `ratios: the time of one at ${large} over the time at ${SMALL}; less is better.`,
      `a round is ${APPENDS} appends or ${READS} reads by ${CALLERS} callers; after each the small log is filled anew.`,
      ...sizes,
    ],
  }
}

const append = (
  appender: Appender,
  { count, signal }: { readonly count: number; readonly signal: AbortSignal },
) => operations(() => appender.append(), { count, callers: CALLERS, signal })

/** How many times as long one takes. */
const times = (before: Figure, after: Figure): number =>
  Math.round((before.perSecond.median / after.perSecond.median) * 100) / 100

const sizeOf = async (url: string, count: number): Promise<string> => {
  const [row] = await query<{ readonly heap: string; readonly indexes: string }>(
    url,
    `select pg_size_pretty(pg_table_size('log.events')) as heap,
      pg_size_pretty(pg_indexes_size('log.events')) as indexes`,
  )
  return `${count} events: ${row?.heap} of table, ${row?.indexes} of indexes.`
}
