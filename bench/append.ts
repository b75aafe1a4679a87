import { createHash } from 'node:crypto'
import { v7 as uuidV7 } from 'uuid'
import { migrate } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { eventLog } from '../src/store/event-log.ts'
import { randomMasterKey } from '../src/store/master-key.ts'
import { emmettStore } from './emmett-store.ts'
import { type Figure, ratio } from './figure.ts'
import { countRows, freshDatabase } from './fresh-database.ts'
import { hammer } from './hammer.ts'
import { type Contender, interleave } from './interleave.ts'
import type { Run } from './main.ts'
import type { Outcome } from './report.ts'

const CALLERS = [1, 32, 256] as const
const TIMEOUT_MS = 30_000

interface Appender extends AsyncDisposable {
  readonly name: 'readback' | 'emmett'
  /** Appends one event to a new stream, expecting that there is none. */
  append(): Promise<void>
  /** How many events its database holds. */
  stored(): Promise<number>
}

/** One-event commands on new streams, side by side on one PostgreSQL, a database each. */
export const benchAppend = async (run: Run): Promise<Outcome> => {
  const { postgresUrl, signal, say } = run
  await using readback = await readbackAppender(await freshDatabase(postgresUrl, 'readback'))
  await using emmett = await emmettAppender(await freshDatabase(postgresUrl, 'emmett'))
  const acknowledged = { readback: 0, emmett: 0 }
  const figures: Record<string, Figure> = {}
  const ratios: Record<string, number> = {}

  for (const callers of CALLERS) {
    say(`${callers} ${callers === 1 ? 'caller' : 'callers'}`)
    const contender = (appender: Appender): Contender<Appender['name']> => ({
      name: appender.name,
      measure: (seconds) =>
        hammer(
          async () => {
            await appender.append()
            acknowledged[appender.name] += 1
          },
          { callers, seconds, signal },
        ),
    })
    const measured = await interleave([contender(readback), contender(emmett)], run)
    for (const [name, figure] of measured) figures[`${name}@${callers}`] = figure
    const [ours, theirs] = [measured.get('readback'), measured.get('emmett')]
    if (ours !== undefined && theirs !== undefined)
      ratios[`emmett@${callers}`] = ratio(ours, theirs)
  }
  const notes: string[] = []
  for (const appender of [readback, emmett])
    notes.push(await accountOf(appender, acknowledged[appender.name]))
  return { figures, ratios, notes }
}

const accountOf = async (appender: Appender, acknowledged: number): Promise<string> => {
  const stored = await appender.stored()
  if (stored === acknowledged) return `${appender.name}: ${acknowledged} acknowledged, all stored.`
  throw new Error(
    `${appender.name} acknowledged ${acknowledged} events and stored ${stored}; the figures mean nothing.`,
  )
}

const readbackAppender = async (url: string): Promise<Appender> => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase({ engine: 'postgres', url }))
  await migrate(database)
  const log = opened.use(await eventLog({ database, masterKey: randomMasterKey() }))
  const rest = opened.move()
  return {
    name: 'readback',
    async append() {
      const metadata = metadataOf(uuidV7())
      const outcome = await log.append({
        stream: `order-${uuidV7()}`,
        expectedVersion: 0,
        events: [{ type: 'OrderPlaced', schemaVersion: 1, data: orderPlaced() }],
        command: {
          scope: 'bench',
          id: metadata.commandId,
          fingerprint: createHash('sha256').update(metadata.commandId).digest('hex'),
        },
        metadata,
        timeoutMs: TIMEOUT_MS,
      })
      if (outcome.type !== 'appended')
        throw new Error(`Readback was to append to a new stream and answered ${outcome.type}.`)
    },
    stored: () => countRows(url, 'log.events'),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

const emmettAppender = async (url: string): Promise<Appender> => {
  const emmett = await emmettStore(url)
  return {
    name: 'emmett',
    async append() {
      const answer = await emmett.store.appendToStream(
        `order-${uuidV7()}`,
        [{ type: 'OrderPlaced', data: orderPlaced(), metadata: metadataOf(uuidV7()) }],
        { expectedStreamVersion: 0n },
      )
      if (answer.nextExpectedStreamVersion !== 1n)
        throw new Error(
          `Emmett was to append to a new stream and answered version ${answer.nextExpectedStreamVersion}.`,
        )
    },
    stored: () => countRows(url, 'emt_messages'),
    [Symbol.asyncDispose]: () => emmett[Symbol.asyncDispose](),
  }
}

const metadataOf = (commandId: string) => ({
  commandId,
  correlationId: commandId,
  causationId: null,
  actor: { role: 'STAFF' as const, subject: 'bench' },
  traceparent: null,
})

/** An order of two lines, without personal data: sealing has no counterpart in Emmett. */
const orderPlaced = () => ({
  occurredAt: new Date().toISOString(),
  reference: null,
  customerId: 'customer-0192f0c0-0000-7000-8000-000000000001',
  fulfilment: 'MANUAL',
  currency: 'USD',
  lines: [line(1), line(2)],
  shippingFee: 0,
  tax: 0,
})

const line = (number: number) => ({
  line: number,
  productId: `product-0192f0c0-0000-7000-8000-00000000000${number}`,
  productName: 'Chartreuse verte',
  productVersion: 1,
  quantity: 3,
  listPrice: 1_800,
  unitPrice: 1_800,
  discount: 0,
})
