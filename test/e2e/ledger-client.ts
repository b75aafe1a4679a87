import { CONFLICT, REUSED } from '../ledger/check-attempts.ts'
import { eventHash, type Hashed, type Ledger, type LedgerLine } from '../ledger/ledger.ts'
import { eventually } from '../harness/eventually.ts'
import type { ReadForLedgerQueryVariables, TypedDocumentString } from './generated/graphql.ts'
import { readForLedger } from './ledger-documents.ts'
import type { Variables } from './order-client.ts'
import { type Answer, post } from './post.ts'

/** A command over GraphQL, and the one event it is to have. */
export interface Sending {
  readonly commandId: string
  readonly stream: string
  readonly event: Pick<Hashed, 'type' | 'data'>
  /** Where it insists on one. */
  readonly expectedVersion?: number
  /** Under the name `command`, whatever the mutation is. */
  readonly send: (url: string) => Promise<Answer<{ command?: Outcome | null }>>
}

export interface Outcome {
  readonly __typename?: string
  readonly position?: string
  readonly orderId?: string
  readonly productId?: string
  readonly version?: number
  readonly replayed?: boolean
  readonly actualVersion?: number
  readonly available?: number
}

/** A mutation whose field is aliased to `command`. */
export const sending =
  <Given extends Variables>(
    document: TypedDocumentString<{ command?: Outcome | null }, Given>,
    variables: Given,
  ): Sending['send'] =>
  (url) =>
    post(url, document, variables)

export type Ending = 'accepted' | 'refused'

/** To be sent again, and why. */
type Unsettled = `${'unsent' | 'unknown'}: ${string}`

export interface LedgerClient {
  /** Sends it again under the same id until it is accepted or refused. */
  settle(it: Sending): Promise<Ending>
  read(of: { readonly product: string; readonly order: string }): Promise<void>
}

export interface ClientSetting {
  readonly name: string
  readonly ledger: Ledger
  /** Where the server is, once there is one. */
  readonly server: () => Promise<string>
  /** Told of each refusal. */
  readonly onRefused?: (it: Sending, outcome: Outcome) => void
}

/** An unlucky command may be under way at many kills in a row. */
const SETTLE_MAX_MS = 900_000
/** Whoever reaches a server without authentication is the same somebody. */
const SCOPE = 'local'

/** Only what the client itself can know of an event. */
export const hashForLedger = ({ commandId, type, data }: Hashed): string => {
  const known = ['quantity', 'delta', 'note', 'text', 'reference'] as const
  const said = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {}
  const entries = Object.entries(said).filter(([name]) => known.some((one) => one === name))
  // The place of a note among the others is the server's to say.
  const own = entries.filter(([, value]) => type !== 'OrderNoteAdded' || typeof value === 'string')
  return eventHash({ commandId, type, data: Object.fromEntries(own) })
}

export const numberOf = (token: string | undefined): number => {
  const number = Number(token?.split('.')[1])
  if (!Number.isSafeInteger(number)) throw new Error(`${token} is no position.`)
  return number
}

export const ledgerClient = ({ name, ledger, server, onRefused }: ClientSetting): LedgerClient => {
  let token: string | undefined
  const told = (position: string): number => {
    const number = numberOf(position)
    if (token === undefined || number > numberOf(token)) token = position
    return number
  }

  const answered = async (op: string, it: Sending, outcome: Outcome): Promise<Ending> => {
    const { position = '', version = 0, replayed = null, __typename: why = '' } = outcome
    const number = told(position)
    if (why.endsWith('Accepted')) {
      const stream = outcome.orderId ?? outcome.productId ?? ''
      await ledger.note({ type: 'ok', op, stream, version, position: number, replayed })
      return 'accepted'
    }
    onRefused?.(it, outcome)
    await ledger.note(refusalLine(op, it, { ...outcome, number }))
    return 'refused'
  }

  const attempt = async (it: Sending): Promise<Ending | Unsettled> => {
    const url = await server()
    const op = ledger.op()
    const { commandId: id, stream, event, expectedVersion } = it
    const events = [hashForLedger({ commandId: id, ...event })]
    await ledger.note({ type: 'invoke', op, client: name, scope: SCOPE, id, stream, events })
    if (expectedVersion !== undefined)
      await ledger.note({
        type: 'decided',
        op,
        on: { stream, version: expectedVersion, hash: null },
      })
    const answer = await it.send(url).catch((error: unknown) => String(error))
    if (typeof answer === 'string') return await unknown(ledger, op, answer)
    const outcome = answer.data?.command
    if (outcome != null) return await answered(op, it, outcome)
    return await failed(ledger, op, answer)
  }

  return {
    settle: (it) =>
      eventually(
        async () => {
          const ending = await attempt(it)
          if (ending === 'accepted' || ending === 'refused') return ending
          throw new Error(`${it.commandId} is ${ending}`)
        },
        { timeoutMs: SETTLE_MAX_MS, intervalMs: 20 },
      ),
    async read(of) {
      const url = await server()
      const ops = [ledger.op(), ledger.op()] as const
      const after = token === undefined ? 0 : numberOf(token)
      for (const [place, op] of ops.entries())
        await ledger.note({ type: 'ask', op, client: `${name} ${place}`, after, fresh: false })
      const answer = await rowsOf(url, { ...of, readAfter: token ?? null })
      // Whatever it saw it demands from then on, of whichever server.
      const at = answer === undefined ? 0 : told(answer.position)
      for (const [place, op] of ops.entries()) {
        const row = answer?.rows[place]
        if (answer === undefined || row == null) continue
        const streams = [{ stream: row.id, version: row.version, hash: null }]
        await ledger.note({ type: 'saw', op, at, streams })
      }
    },
  }
}

/** What was read, where all of it was. */
const rowsOf = async (url: string, variables: ReadForLedgerQueryVariables) => {
  const answer = await post(url, readForLedger, variables).catch(() => undefined)
  const position = answer?.extensions?.position
  if (answer?.data == null || answer.errors !== undefined || position === undefined)
    return undefined
  const { product, order } = answer.data
  if (product === null || order === null) throw new Error('What was written is not there.')
  return { position, rows: [product, order] }
}

const refusalLine = (
  op: string,
  { stream }: Sending,
  outcome: Outcome & { readonly number: number },
): LedgerLine => {
  const { __typename: why = '', number: position, actualVersion: version } = outcome
  const known: Readonly<Record<string, string>> = {
    VersionConflict: CONFLICT,
    CommandIdReused: REUSED,
  }
  const seen = version === undefined ? null : { stream, version, hash: null }
  return { type: 'fail', op, kind: 'refused', why: known[why] ?? why, seen, position }
}

const unknown = async (ledger: Ledger, op: string, why: string): Promise<Unsettled> => {
  await ledger.note({ type: 'info', op, why })
  return `unknown: ${why}`
}

/** What an error says of its command: that it was not written, or nothing. */
const failed = async (ledger: Ledger, op: string, answer: Answer<unknown>): Promise<Unsettled> => {
  const [error] = answer.errors ?? []
  const { code = '', outcome = '' } = error?.extensions ?? {}
  const why = [code, outcome, error?.message].join(' ')
  if (code !== 'OVERLOADED' && outcome !== 'NOT_WRITTEN') return await unknown(ledger, op, why)
  await ledger.note({ type: 'fail', op, kind: 'unsent', why, seen: null, position: null })
  return `unsent: ${why}`
}
