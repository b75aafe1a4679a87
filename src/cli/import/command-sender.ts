import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, graphqlAnswer } from './graphql-answer.ts'
import type { ImportCommand, MutationName } from './import-plan.ts'

const REQUEST_TIMEOUT_MS = 30_000
/** Long enough for a server to be started again, and for its projections to catch up. */
const PATIENCE_MS = 60_000
const BACKOFF_MIN_MS = 100
const BACKOFF_MAX_MS = 5_000

export interface SenderOptions {
  readonly url: string
  readonly signal: AbortSignal
  /** Called before each further attempt, with what went wrong. */
  readonly onTrouble: (saw: string) => void
  /** For how long a command is sent again and again before the import gives up. */
  readonly patienceMs?: number
}

/** Sends a command until it has taken effect, and answers whether it had done so before. */
export type SendCommand = (command: ImportCommand) => Promise<{ readonly replayed: boolean }>

/**
 * A command whose answer is lost, or that a server could not take just now, is sent again with its own
 * command id, which makes that safe. A refusal, or input that cannot be right, ends the import.
 */
export const commandSender =
  ({ url, signal, onTrouble, patienceMs = PATIENCE_MS }: SenderOptions): SendCommand =>
  async (command) => {
    const body = requestBody(command)
    const deadline = performance.now() + patienceMs
    for (let attempt = 0; ; attempt += 1) {
      const answer = await post({ url, body, signal })
      if (answer.type === 'accepted') return answer
      if (answer.type === 'refused') throw refusal(command, answer)
      const waitMs = Math.max(answer.retryAfterMs, backoffMs(attempt))
      if (performance.now() + waitMs > deadline) throw impatience(command, { url, saw: answer.saw })
      onTrouble(answer.saw)
      await delay(waitMs, undefined, { signal })
    }
  }

const INPUT_TYPES = {
  registerCustomer: 'RegisterCustomerInput',
  registerProduct: 'RegisterProductInput',
  placeOrder: 'PlaceOrderInput',
  confirmOrder: 'ConfirmOrderInput',
  shipOrder: 'ShipOrderInput',
  discontinueProduct: 'DiscontinueProductInput',
} as const satisfies Record<MutationName, string>

const ACCEPTED_TYPES = {
  registerCustomer: 'CustomerAccepted',
  registerProduct: 'ProductAccepted',
  placeOrder: 'OrderAccepted',
  confirmOrder: 'OrderAccepted',
  shipOrder: 'OrderAccepted',
  discontinueProduct: 'ProductAccepted',
} as const satisfies Record<MutationName, string>

const requestBody = ({ mutation, input }: ImportCommand): string => {
  const query = `mutation Import($input: ${INPUT_TYPES[mutation]}!) {
  outcome: ${mutation}(input: $input) {
    ... on ${ACCEPTED_TYPES[mutation]} { replayed }
    ... on Refusal { code message }
  }
}`
  return JSON.stringify({ query, variables: { input } })
}

interface Post {
  readonly url: string
  readonly body: string
  readonly signal: AbortSignal
}

const post = async ({ url, body, signal }: Post): Promise<Answer> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    })
    return graphqlAnswer(response.status, await response.text())
  } catch (error) {
    signal.throwIfAborted()
    return { type: 'transient', saw: networkFault(error), retryAfterMs: 0 }
  }
}

/** `fetch failed` says nothing; its cause does. */
const networkFault = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  // Where a name has several addresses, the error of them all has a code and no message.
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message
}

/** Doubling from the least to the most, of which a random half, lest all workers come back at once. */
const backoffMs = (attempt: number): number => {
  const fullMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempt)
  return fullMs / 2 + (Math.random() * fullMs) / 2
}

const AGAIN = 'run the import again: what is there stays, and it goes on with the rest.'

const refusal = (
  { mutation, record }: ImportCommand,
  { code, message }: { readonly code: string; readonly message: string },
): Error => {
  const mend =
    code === 'COMMAND_ID_REUSED'
      ? `The server has this record from an earlier import of the same source, with other contents; give it as it was then, and ${AGAIN}`
      : `Mend it and ${AGAIN}`
  return new Error(`${mutation} for ${record} was answered with ${code}: ${message}\n${mend}`)
}

const impatience = (
  { mutation, record }: ImportCommand,
  { url, saw }: { readonly url: string; readonly saw: string },
): Error =>
  new Error(
    `${mutation} for ${record} got no answer from ${url} that counts (the last: ${saw}). See that the server runs (\`npm start\`), and ${AGAIN}`,
  )
