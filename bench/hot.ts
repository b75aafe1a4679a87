import { createHash } from 'node:crypto'
import { v7 as uuidV7 } from 'uuid'
import { type CommandOptions, type Commands, commands } from '../src/command/commands.ts'
import { migrate } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { parseCurrency } from '../src/domain/currency.ts'
import { parseInstant } from '../src/domain/instant.ts'
import { parseProductId } from '../src/domain/identity.ts'
import { parseMinorUnits } from '../src/domain/money.ts'
import { eventLog } from '../src/store/event-log.ts'
import { randomMasterKey } from '../src/store/master-key.ts'
import { type Figure, ratio } from './figure.ts'
import { countRows, freshDatabase, query } from './fresh-database.ts'
import { hammer } from './hammer.ts'
import { interleave } from './interleave.ts'
import type { Run } from './main.ts'
import type { Outcome } from './report.ts'

const CALLERS = 256
const TIMEOUT_MS = 30_000

/** One product's stream, 256 callers at once, beside the same commands with a commit each. */
export const benchHot = async (run: Run): Promise<Outcome> => {
  const { signal } = run
  await using opened = new AsyncDisposableStack()
  const url = await freshDatabase(run.postgresUrl, 'hot')
  const database = opened.use(await openDatabase({ engine: 'postgres', url }))
  await migrate(database)
  const log = opened.use(await eventLog({ database, masterKey: randomMasterKey() }))
  const write = commands(log)
  const hot = await product(write)
  const serial = await product(write)
  const acknowledged = { hot: 0, serial: 0 }

  const receive = async (name: 'hot' | 'serial', productId: typeof hot) => {
    const answer = await write.product(
      { type: 'ReceiveStock', productId, quantity: 1, note: null, ...now() },
      request(),
    )
    if (answer.type !== 'accepted')
      throw new Error(`A delivery was to be accepted and was refused: ${answer.refusal.type}.`)
    acknowledged[name] += 1
  }
  let before: Promise<void> = Promise.resolve()
  const measured = await interleave(
    [
      {
        name: 'hot',
        measure: (seconds) =>
          hammer(() => receive('hot', hot), { callers: CALLERS, seconds, signal }),
      },
      {
        name: 'serial',
        measure: (seconds) =>
          hammer(
            () => {
              before = before.then(() => receive('serial', serial))
              return before
            },
            { callers: CALLERS, seconds, signal },
          ),
      },
    ],
    run,
  )
  const figures: Record<string, Figure> = {}
  for (const [name, figure] of measured) figures[`${name}@${CALLERS}`] = figure
  const [ours, theirs] = [measured.get('hot'), measured.get('serial')]
  const ratios: Record<string, number> = {}
  if (ours !== undefined && theirs !== undefined) ratios[`serial@${CALLERS}`] = ratio(ours, theirs)
  const notes = [
    await account(url, 'hot', { stream: hot, acknowledged: acknowledged.hot }),
    await account(url, 'serial', { stream: serial, acknowledged: acknowledged.serial }),
  ]
  return { figures, ratios, notes }
}

const now = () => {
  const instant = parseInstant(new Date().toISOString())
  if (instant === undefined) throw new Error('The clock told no instant.')
  return { now: instant, occurredAt: null }
}

const product = async (write: Commands) => {
  const productId = parseProductId(`product-${uuidV7()}`)
  const minor = parseMinorUnits(1_800)
  const currency = parseCurrency('USD')
  if (productId === undefined || minor === undefined || currency === undefined)
    throw new Error('The new product is none.')
  await write.product(
    {
      type: 'RegisterProduct',
      productId,
      reference: null,
      name: 'Chartreuse verte',
      prices: [{ currency, minor }],
      ...now(),
    },
    request(),
  )
  return productId
}

const request = (): CommandOptions => {
  const id = uuidV7()
  return {
    fresh: false,
    request: {
      key: { scope: 'bench', id },
      fingerprint: createHash('sha256').update(id).digest('hex'),
      expectedVersion: null,
      actor: { role: 'STAFF', subject: 'bench' },
      correlationId: id,
      causationId: null,
      traceparent: null,
      timeoutMs: TIMEOUT_MS,
    },
  }
}

/** One event registered the product; versions are dense because a stream's are unique and none is above. */
const account = async (
  url: string,
  name: string,
  { stream, acknowledged }: { readonly stream: string; readonly acknowledged: number },
): Promise<string> => {
  const stored = (await countRows(url, `log.events where stream = '${stream}'`)) - 1
  const [row] = await query<{ readonly last: number; readonly commits: string }>(
    url,
    `select max(version) - 1 as last, count(distinct xmin::text) as commits
      from log.events where stream = '${stream}'`,
  )
  if (stored !== acknowledged || row?.last !== acknowledged)
    throw new Error(
      `${name} acknowledged ${acknowledged} commands, stored ${stored}, and its last version is ${row?.last}.`,
    )
  return `${name}: ${acknowledged} acknowledged, all stored, versions dense, in ${row.commits} commits.`
}
