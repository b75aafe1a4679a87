import { randomUUID } from 'node:crypto'
import { listOrders, placeOrder } from './documents.ts'
import type { PlaceOrderInput } from './generated/graphql.ts'
import { type Answer, post } from './post.ts'

/** More than any run sends. */
const TRIES_MAX = 100_000

export interface Tried {
  readonly kind: 'command' | 'read'
  /** The code of its error; null where it succeeded. */
  readonly code: string | null
  readonly at: number
  readonly ms: number
}

export interface PlacedOrder {
  readonly orderId: string
  readonly commandId: string
  readonly position: string
}

export interface SteadyLoad extends AsyncDisposable {
  readonly placed: readonly PlacedOrder[]
  readonly tried: readonly Tried[]
  /** Lets every caller finish what it is at. */
  stop(): Promise<void>
}

export interface SteadyLoadOptions {
  readonly callers: number
  readonly readers: number
  /** The input of an order, but for its command id. */
  readonly order: (commandId: string) => PlaceOrderInput
}

/** Callers that place orders, each sent again under its id until it is accepted, and readers beside them. */
export const steadyLoad = (url: string, options: SteadyLoadOptions): SteadyLoad => {
  const tried: Tried[] = []
  const placed: PlacedOrder[] = []
  let isOver = false

  const attempt = async <Result>(kind: Tried['kind'], send: () => Promise<Answer<Result>>) => {
    if (tried.length >= TRIES_MAX) isOver = true
    const at = performance.now()
    const { data, errors } = await send()
    const code = errors === undefined ? null : (errors[0]?.extensions?.code ?? 'NONE')
    tried.push({ kind, code, at, ms: performance.now() - at })
    return code === null ? data : undefined
  }

  const call = async () => {
    while (!isOver) {
      const commandId = randomUUID()
      const input = { ...options.order(commandId), commandId }
      let answer
      // Also when all is over: what was begun is brought to its end.
      do answer = await attempt('command', () => post(url, placeOrder, { input }))
      while (answer === undefined && tried.length < TRIES_MAX)
      const outcome = answer?.placeOrder
      if (outcome?.__typename !== 'OrderAccepted')
        throw new Error(`The order was not accepted: ${JSON.stringify(answer)}`)
      placed.push({ orderId: outcome.orderId, commandId, position: outcome.position })
    }
  }
  const read = async () => {
    while (!isOver) await attempt('read', () => post(url, listOrders, { first: 2 }))
  }

  const running = Promise.all([
    ...Array.from({ length: options.callers }, call),
    ...Array.from({ length: options.readers }, read),
  ])
  const stop = async () => {
    isOver = true
    await running
  }
  return { placed, tried, stop, [Symbol.asyncDispose]: stop }
}
