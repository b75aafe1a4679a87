import { randomUUID } from 'node:crypto'
import { eventually } from '../harness/eventually.ts'
import { confirmOrder, placeOrder, registerCustomer, registerProduct } from './documents.ts'
import { ask, type Berth, readiest } from './fleet.ts'
import { freshRead, type Write } from './fresh-read.ts'

/** A stopped server holds up a write for so long, before another is asked. */
const WRITE_TIMEOUT_MS = 1_500
const WRITE_TRIES_MAX = 100
const CLIENTS = 8
/** Customers of one client, each of whom does one thing at a time. */
const CUSTOMERS = 10
/** One round in so many is also read without a demand. */
const UNDEMANDED_EVERY = 4
/** Operations that one server has not answered yet: a stopped one is left alone after so many. */
const IN_FLIGHT_MAX = 24
const ROOM_TIMEOUT_MS = 60_000
const STALE_KEPT_MAX = 20

export interface FreshCounts {
  /** Demanded reads that were answered: of an order, of a customer, or of the statistics. */
  reads: number
  /** The operations that carried them. */
  operations: number
  writes: number
  /** Sent again, under its command id, because no answer came. */
  resent: number
  stale: number
  /** The same read without a demand, at the same moment: in how many answers something was missing. */
  undemanded: number
  undemandedStale: number
  /** Operations by what they got instead of an answer. */
  readonly unanswered: Record<string, number>
  /** Some of what was stale. */
  readonly examples: object[]
}

interface Accepted {
  readonly __typename?: string
  readonly orderId?: string
  readonly customerId?: string
  readonly productId?: string
  readonly version?: number
  readonly position?: string
}

interface Command {
  readonly field: string
  readonly document: { toString(): string }
  readonly input: object
}

/** Writes, and reads each write back from every server at once, until `isOver`. */
export const freshLoad = async (
  berths: readonly Berth[],
  isOver: (counts: FreshCounts) => boolean,
): Promise<{ readonly counts: FreshCounts; readonly done: Promise<unknown> }> => {
  const counts: FreshCounts = {
    reads: 0,
    operations: 0,
    writes: 0,
    resent: 0,
    stale: 0,
    undemanded: 0,
    undemandedStale: 0,
    unanswered: {},
    examples: [],
  }
  let placed = 0

  const send = async ({ field, document, input }: Command): Promise<Accepted> => {
    const variables = { input: { ...input, commandId: randomUUID() } }
    const query = document.toString()
    let seen: unknown
    for (let tries = 0; tries < WRITE_TRIES_MAX; tries++) {
      if (tries > 0) counts.resent += 1
      const berth = readiest(berths)
      seen = await ask(berth, { query, variables }, WRITE_TIMEOUT_MS)
      const { data } = (seen ?? {}) as { data?: Readonly<Record<string, Accepted | null>> | null }
      const outcome = data?.[field]
      if (outcome?.__typename?.endsWith('Accepted') === true) return outcome
      if (outcome != null) break
    }
    throw new Error(`${field} was not accepted; saw: ${JSON.stringify(seen)}`)
  }

  const customer = async (productId: string) => {
    const input = { name: 'Ada Lovelace', email: 'ada@example.com' }
    const registered = await send({ field: 'registerCustomer', document: registerCustomer, input })
    const { customerId = '' } = registered
    let orderCount = 0
    let open: string | undefined
    const order = { customerId, currencyCode: 'EUR', lines: [{ productId, quantity: 2 }] }
    return async (): Promise<Write> => {
      const command =
        open === undefined
          ? { field: 'placeOrder', document: placeOrder, input: { ...order, fulfilment: 'MANUAL' } }
          : { field: 'confirmOrder', document: confirmOrder, input: { orderId: open } }
      const { orderId = '', version = 0, position = '' } = await send(command)
      if (open === undefined) {
        orderCount += 1
        placed += 1
      }
      open = open === undefined ? orderId : undefined
      counts.writes += 1
      return { orderId, version, position, customerId, orderCount }
    }
  }

  const readBack = async (berth: Berth, written: Parameters<typeof freshRead>[1]) => {
    const { reads, error = '', stale } = await freshRead(berth, written, { demands: true })
    if (reads === undefined) {
      counts.unanswered[error] = (counts.unanswered[error] ?? 0) + 1
      return
    }
    counts.reads += reads
    counts.operations += 1
    counts.stale += stale.length
    if (counts.examples.length < STALE_KEPT_MAX) counts.examples.push(...stale)
  }
  const readWithoutDemand = async (berth: Berth, written: Parameters<typeof freshRead>[1]) => {
    const { reads, stale } = await freshRead(berth, written, { demands: false })
    if (reads === undefined) return
    counts.undemanded += 1
    if (stale.length > 0) counts.undemandedStale += 1
  }

  const hasRoom = ({ url, inFlight }: Berth) => url !== undefined && inFlight < IN_FLIGHT_MAX
  /** At most what all servers may have in flight, and a few. */
  const pending = new Set<Promise<void>>()
  const client = async (seed: number, productId: string) => {
    const customers = await Promise.all(
      Array.from({ length: CUSTOMERS }, () => customer(productId)),
    )
    for (let round = seed; !isOver(counts); round++) {
      // What was acknowledged by now comes before all that is written next.
      const before = placed
      const writes = await Promise.all(customers.map((write) => write()))
      const own = writes.filter(({ version }) => version === 1).length
      const written = { writes, placed: before + own }
      await eventually(() => berths.some(hasRoom), { timeoutMs: ROOM_TIMEOUT_MS })
      const open = berths.filter(hasRoom)
      const reads = open.map((berth) => readBack(berth, written))
      const beside = open[(round / UNDEMANDED_EVERY) % open.length]
      if (beside !== undefined) reads.push(readWithoutDemand(beside, written))
      // Not for all: a stopped server answers when it goes on.
      await Promise.race(reads)
      for (const read of reads) {
        pending.add(read)
        void read.finally(() => pending.delete(read))
      }
    }
    // What a stopped server held back counts, too.
    await Promise.all(pending)
  }

  const product = { name: 'Tea', prices: [{ amount: '4.50', currencyCode: 'EUR' }] }
  const { productId = '' } = await send({
    field: 'registerProduct',
    document: registerProduct,
    input: product,
  })
  const clients = Array.from({ length: CLIENTS }, (_, seed) => client(seed, productId))
  return { counts, done: Promise.all(clients) }
}
