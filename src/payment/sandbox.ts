import type { Gateway, GatewayCall, GatewayOptions, GatewayResult } from '../process/gateway.ts'
import { NotRetriable } from '../process/failure.ts'
import { parseReference, referenceOf, type SandboxReference } from './sandbox-reference.ts'

/** What a payment token makes the sandbox do; any other token succeeds. */
export const SANDBOX_TOKENS = {
  succeeds: 'sandbox-ok',
  declines: 'sandbox-declined',
  /** Never answers, and moves no money. */
  timesOut: 'sandbox-timeout',
  /** Moves the money, and fails to say so the first time. */
  losesAnswer: 'sandbox-lost-answer',
} as const

/** One call as the sandbox has it in its books. */
export interface SandboxEntry {
  readonly idempotencyKey: string
  readonly call: GatewayCall
  readonly result: GatewayResult
  /** How often the call was made: above 1 where it was repeated with its key. */
  readonly calls: number
}

export interface SandboxGateway extends Gateway {
  /** Every call that had an effect or was declined, oldest first. */
  books(): readonly SandboxEntry[]
}

export interface SandboxOptions {
  /** The share of calls whose first answer is lost after the money was moved; decided by the key. */
  readonly lostAnswerRate?: number
  /** What was authorized and captured is forgotten, oldest first, past so many calls. */
  readonly entriesMax?: number
}

/** The answer to a call was lost on its way; the money may have moved, and here it has. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost'
  constructor() {
    super('The sandbox gateway moved the money and lost its answer, as it was told to.')
  }
}

const ENTRIES_MAX = 100_000

/** Evenly spread over 0 … 1, and always the same for one key. */
const shareOf = (key: string): number => {
  let hash = 2_166_136_261
  for (const letter of key) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619) >>> 0
  return (Math.imul(hash ^ (hash >>> 15), 2_246_822_519) >>> 0) / 2 ** 32
}

const declined = (reason: string): GatewayResult => ({ type: 'declined', reason })

/** Resolves never; ends with the caller's patience. */
const silence = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })

/** What one authorization or capture has left: keyed by its reference. */
class Balances {
  readonly #used = new Map<string, number>()
  readonly #voided = new Set<string>()

  /** A capture or a void takes so much of an authorization, a refund of a capture. */
  take(of: SandboxReference, { kind, amount }: GatewayCall): string | undefined {
    if (of.amount.currency !== amount.currency) return 'currency_mismatch'
    const used = this.#used.get(of.text) ?? 0
    if (used + amount.minor > of.amount.minor) {
      return this.#voided.has(of.text) ? 'authorization_voided' : 'amount_too_large'
    }
    this.#used.set(of.text, used + amount.minor)
    if (kind === 'VOID') this.#voided.add(of.text)
    return undefined
  }
}

const judge = (balances: Balances, call: GatewayCall): string | undefined => {
  if (call.kind === 'AUTHORIZATION') {
    return call.token === SANDBOX_TOKENS.declines ? 'card_declined' : undefined
  }
  const of = parseReference(call.reference)
  return of?.kind === (call.kind === 'REFUND' ? 'CAPTURE' : 'AUTHORIZATION')
    ? balances.take(of, call)
    : 'unknown_reference'
}

/**
 * A gateway that moves no money. It answers by its tokens alone, so a test knows what will come; its
 * books live in memory, and its references say enough for it to go on after a restart.
 */
export const sandboxGateway = (options: SandboxOptions = {}): SandboxGateway => {
  const { lostAnswerRate = 0, entriesMax = ENTRIES_MAX } = options
  const books = new Map<string, SandboxEntry>()
  const balances = new Balances()

  const enter = (key: string, call: GatewayCall): SandboxEntry => {
    const known = books.get(key)
    if (known !== undefined) {
      if (JSON.stringify(known.call) !== JSON.stringify(call)) {
        throw new NotRetriable(
          `The idempotency key ${key} was used for another call; a new call needs a new key.`,
        )
      }
      const repeated = { ...known, calls: known.calls + 1 }
      books.set(key, repeated)
      return repeated
    }
    const refusal = judge(balances, call)
    const result: GatewayResult =
      refusal === undefined
        ? { type: 'succeeded', reference: referenceOf(call, key) }
        : declined(refusal)
    const entry = { idempotencyKey: key, call, result, calls: 1 }
    books.set(key, entry)
    for (const oldest of books.keys()) {
      if (books.size <= entriesMax) break
      books.delete(oldest)
    }
    return entry
  }

  const answer = async (
    call: GatewayCall,
    { idempotencyKey, signal }: GatewayOptions,
  ): Promise<GatewayResult> => {
    const token = call.kind === 'AUTHORIZATION' ? call.token : undefined
    if (token === SANDBOX_TOKENS.timesOut) return await silence(signal)
    const { result, calls } = enter(idempotencyKey, call)
    const loses = token === SANDBOX_TOKENS.losesAnswer || shareOf(idempotencyKey) < lostAnswerRate
    if (loses && calls === 1) throw new AnswerLost()
    return result
  }

  return {
    // Only what belongs to a call is kept of it: callers may hand over more.
    authorize: ({ amount, token }, made) => answer({ kind: 'AUTHORIZATION', amount, token }, made),
    capture: ({ amount, reference }, made) => answer({ kind: 'CAPTURE', amount, reference }, made),
    void: ({ amount, reference }, made) => answer({ kind: 'VOID', amount, reference }, made),
    refund: ({ amount, reference }, made) => answer({ kind: 'REFUND', amount, reference }, made),
    lookUp: async (idempotencyKey) => books.get(idempotencyKey)?.result,
    books: () => [...books.values()],
  }
}
