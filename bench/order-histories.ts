import pg from 'pg'
import { v7 as uuidV7 } from 'uuid'
import { migrate } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import type { NewEvent } from '../src/store/event.ts'
import type { MasterKey } from '../src/store/master-key.ts'
import { seal, type Seal } from '../src/store/seal.ts'
import { subjectKeys } from '../src/store/subject-keys.ts'
import { metadataOf } from './sample-event.ts'

const SAMPLE_COMMAND = '0192f0c0-0000-7000-8000-000000000001'
const CUSTOMERS = 1_000
const FIRST_DAY = Date.UTC(2026, 0, 1)
const SECONDS_BETWEEN = 30
/** Orders written at a time, and so of statements; memory stays bounded whatever the log. */
const CHUNK = 5_000

interface Stage {
  readonly type: 'OrderPlaced' | 'OrderConfirmed' | 'OrderShipped' | 'OrderDelivered'
  readonly schemaVersion: number
  /** So many orders are placed before this happens to one: soon, later that day, days after. */
  readonly delay: number
}

const STAGES: readonly Stage[] = [
  { type: 'OrderPlaced', schemaVersion: 2, delay: 0 },
  { type: 'OrderConfirmed', schemaVersion: 1, delay: 3 },
  { type: 'OrderShipped', schemaVersion: 3, delay: 400 },
  { type: 'OrderDelivered', schemaVersion: 1, delay: 1_500 },
]
const LAST_DELAY = Math.max(...STAGES.map(({ delay }) => delay))

export const EVENTS_PER_ORDER = STAGES.length

export interface HistoricEvent {
  readonly stream: string
  readonly version: number
  readonly type: Stage['type']
  readonly schemaVersion: number
  readonly data: NewEvent['data']
}

const customerOf = (order: number): string =>
  `customer-0192f0c0-0000-7000-8000-${String(order % CUSTOMERS).padStart(12, '0')}`

const occurredAt = (moment: number): string =>
  new Date(FIRST_DAY + moment * SECONDS_BETWEEN * 1_000).toISOString()

const line = (order: number, number: number) => {
  const listPrice = 500 + ((order * 7 + number * 131) % 5_000)
  return {
    line: number,
    productId: `product-0192f0c0-0000-7000-8000-${String((order + number) % 64).padStart(12, '0')}`,
    productName: `Product ${(order + number) % 64}`,
    productVersion: 1,
    quantity: 1 + ((order + number) % 5),
    listPrice,
    unitPrice: listPrice,
    discount: 0,
  }
}

const recipient = (order: number) => ({
  name: `Customer ${order % CUSTOMERS}`,
  email: `customer${order % CUSTOMERS}@example.com`,
  shipTo: {
    name: null,
    street: '35 King George',
    city: 'London',
    region: null,
    postalCode: 'WX3 6FW',
    country: 'GB',
  },
})

const dataOf = (order: number, { type, delay }: Stage): NewEvent['data'] => {
  const at = { occurredAt: occurredAt(order + delay) }
  const lines = [line(order, 1), line(order, 2)]
  const items = lines.map(({ line: number, quantity }) => ({ line: number, quantity }))
  switch (type) {
    case 'OrderConfirmed':
      return at
    case 'OrderShipped':
      return { ...at, shipment: 1, items, stock: [], carrier: 'UPS', trackingNumber: `1Z${order}` }
    case 'OrderDelivered':
      return { ...at, shipment: 1, items }
    case 'OrderPlaced':
      return {
        ...at,
        reference: null,
        customerId: customerOf(order),
        fulfilment: 'MANUAL',
        currency: 'USD',
        lines,
        shippingFee: 0,
        tax: 0,
        payment: null,
        personal: { subject: customerOf(order), details: recipient(order) },
      }
  }
}

/** Orders that are placed, confirmed, shipped and delivered while others are, in the order of the log. */
export function* orderHistories(orders: number): Generator<HistoricEvent> {
  const streams = new Map<number, string>()
  for (let moment = 0; moment < orders + LAST_DELAY; moment += 1) {
    for (const [index, stage] of STAGES.entries()) {
      const order = moment - stage.delay
      if (order < 0 || order >= orders) continue
      const stream = streams.get(order) ?? `order-${uuidV7()}`
      streams.set(order, stream)
      if (index === STAGES.length - 1) streams.delete(order)
      const { type, schemaVersion } = stage
      yield { stream, version: index + 1, type, schemaVersion, data: dataOf(order, stage) }
    }
  }
}

const INSERT = `insert into log.events (position, stream, version, type, schema_version, data, metadata,
    recorded_at, command_id, command_scope, command_fingerprint)
  select $1::bigint + i, stream, version, type, schema_version, data::jsonb, $7::jsonb,
    clock_timestamp(), uuidv7(), 'bench', decode('${'ab'.repeat(32)}', 'hex')
  from unnest($2::text[], $3::integer[], $4::text[], $5::integer[], $6::text[]) with ordinality
    as e(stream, version, type, schema_version, data, i)`

const sealed = async (sealing: Seal, event: HistoricEvent): Promise<HistoricEvent> => {
  if (event.data['personal'] === undefined) return event
  const outcome = await sealing.seal(event.stream, [event])
  if (outcome.type === 'forgotten') throw new Error(`${outcome.subject} is forgotten already.`)
  return { ...event, data: outcome.events[0]?.data ?? event.data }
}

/** Fills an empty log past `log.append`, with personal data sealed as it would have been. */
export const fillWithOrders = async (
  url: string,
  { orders, masterKey }: { readonly orders: number; readonly masterKey: MasterKey },
): Promise<void> => {
  await using database = await openDatabase({ engine: 'postgres', url })
  await migrate(database)
  const sealing = seal(subjectKeys({ database, masterKey }))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    // Nobody is told of these before the checkpoint at the end.
    await client.query('set synchronous_commit = off')
    const metadata = JSON.stringify(metadataOf(SAMPLE_COMMAND))
    let position = 0
    let writing: Promise<unknown> = Promise.resolve()
    const write = async (page: readonly HistoricEvent[]) => {
      const rows = []
      for (const event of page)
        rows.push(event.type === 'OrderPlaced' ? await sealed(sealing, event) : event)
      const values = [
        position,
        rows.map(({ stream }) => stream),
        rows.map(({ version }) => version),
        rows.map(({ type }) => type),
        rows.map(({ schemaVersion }) => schemaVersion),
        rows.map(({ data }) => JSON.stringify(data)),
        metadata,
      ]
      position += rows.length
      // The next page is made here while PostgreSQL writes this one; a third waits.
      await writing
      writing = client.query(INSERT, values)
      // Whoever awaits it next is told.
      writing.catch(() => undefined)
    }
    let page: HistoricEvent[] = []
    for (const event of orderHistories(orders)) {
      if (page.push(event) < CHUNK) continue
      await write(page)
      page = []
    }
    if (page.length > 0) await write(page)
    await writing
    await client.query('vacuum (analyze) log.events')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}
