import { ask, type Berth } from './fleet.ts'

/** Longer than a server is stopped: what it held back is answered when it goes on. */
const READ_TIMEOUT_MS = 15_000

/** One acknowledged write, with what it left behind by the writer's own count. */
export interface Write {
  readonly position: string
  readonly orderId: string
  readonly version: number
  readonly customerId: string
  /** Of the customer's orders, this write included. */
  readonly orderCount: number
}

export interface Writes {
  readonly writes: readonly Write[]
  /** Orders of anybody that the last of them comes after, or is. */
  readonly placed: number
}

export interface Judged {
  /** Undefined where nothing was said: no answer, or an error. */
  readonly reads: number | undefined
  readonly error?: string
  readonly stale: readonly object[]
}

interface Seen {
  readonly seen: number
}

interface Answer {
  readonly data?: Readonly<Record<string, Seen | { readonly total: Seen } | null>> | null
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
  readonly extensions?: { readonly position?: string }
}

const documents = new Map<string, string>()

/** Each write's order and customer, and the statistics of all orders: three read models, one demand. */
const documentOf = (size: number, demands: boolean): string => {
  const key = `${size} ${demands}`
  const known = documents.get(key)
  if (known !== undefined) return known
  const each = (text: (i: number) => string) => Array.from({ length: size }, (_, i) => text(i))
  const document = `query (${demands ? '$position: Position, ' : ''}$from: Date!, $to: Date!, ${each((i) => `$o${i}: ID!, $c${i}: ID!`).join(', ')})
    ${demands ? '@readAfter(position: $position, timeoutMs: 2000)' : ''} {
      ${each((i) => `o${i}: order(id: $o${i}) { seen: version } c${i}: customer(id: $c${i}) { seen: orderCount }`).join('\n')}
      statistics: orderStatistics(from: $from, to: $to, currencyCode: EUR) { total { seen: orders } }
    }`
  documents.set(key, document)
  return document
}

const DAY_MS = 86_400_000
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** Of a token. Clients must not look into it; who judges them may. */
const numberOf = (position: string | undefined): bigint => BigInt(position?.split('.')[1] ?? -1)

const seenIn = (found: Seen | { readonly total: Seen } | null | undefined): number => {
  if (found == null) return 0
  return 'total' in found ? found.total.seen : found.seen
}

/** What is missing of what was written, by the writer's count and not by what the server says of itself. */
const staleIn = ({ data, extensions }: Answer, { writes, placed }: Writes) => {
  const stale: object[] = []
  const judge = (what: string, expected: number) => {
    const seen = seenIn(data?.[what])
    if (seen < expected) stale.push({ what, expected, seen, said: extensions?.position })
  }
  for (const [i, { version, orderCount }] of writes.entries()) {
    judge(`o${i}`, version)
    judge(`c${i}`, orderCount)
  }
  judge('statistics', placed)
  return stale
}

/** Why nothing was said; undefined where something was. */
const errorOf = (answer: Answer | undefined): string | undefined => {
  if (answer === undefined) return 'no answer'
  if (answer.errors === undefined && answer.data != null) return undefined
  return answer.errors?.[0]?.extensions?.code ?? JSON.stringify(answer)
}

const judged = (answer: Answer | undefined, of: Writes, demanded: string | undefined): Judged => {
  const error = errorOf(answer)
  if (answer === undefined || error !== undefined)
    return { reads: undefined, error: error ?? 'no answer', stale: [] }
  const stale = staleIn(answer, of)
  const said = answer.extensions?.position
  if (demanded !== undefined && numberOf(said) < numberOf(demanded))
    stale.push({ what: 'extensions.position', demanded, said })
  return { reads: 2 * of.writes.length + 1, stale }
}

const latest = (writes: readonly Write[]): string | undefined =>
  writes
    .map(({ position }) => position)
    .toSorted((a, b) => (numberOf(a) < numberOf(b) ? -1 : 1))
    .at(-1)

/** Reads what was written in one operation, demanding the highest position of all, or nothing. */
export const freshRead = async (
  berth: Berth,
  of: Writes,
  { demands }: { readonly demands: boolean },
): Promise<Judged> => {
  const ids = of.writes.flatMap(({ orderId, customerId }, i) => [
    [`o${i}`, orderId],
    [`c${i}`, customerId],
  ])
  const now = Date.now()
  const position = demands ? latest(of.writes) : undefined
  const days = { from: day(now - DAY_MS), to: day(now + DAY_MS) }
  const variables = { ...days, ...Object.fromEntries(ids), ...(demands && { position }) }
  const query = documentOf(of.writes.length, demands)
  const answer = (await ask(berth, { query, variables }, READ_TIMEOUT_MS)) as Answer | undefined
  return judged(answer, of, position)
}
