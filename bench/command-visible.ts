import { v7 as uuidV7 } from 'uuid'
import { startChild } from './child-process.ts'
import { round, type Round } from './figure.ts'
import { placeOrder, seed } from './seed.ts'

const READ = /* GraphQL */ `
  query Order($id: ID!, $after: Position!) @readAfter(position: $after) {
    order(id: $id) {
      id
      status
      version
    }
  }
`

/** One client who places orders, over HTTP, and may read each before it places the next. */
export interface OneClient extends AsyncDisposable {
  /** `visible`: each command and the read that demands it are one operation. */
  measure(what: 'bare' | 'visible', seconds: number): Promise<Round>
}

interface Answer {
  readonly data?: {
    readonly placeOrder?: { readonly position?: string }
    readonly order?: { readonly id: string } | null
  }
}

export const oneClient = async (databaseUrl: string, signal: AbortSignal): Promise<OneClient> => {
  await using opened = new AsyncDisposableStack()
  const child = opened.use(startChild('servers/readback.ts', [databaseUrl]))
  const { url } = await child.answer<{ readonly url: string }>()
  const { customers, products } = await seed(url, signal)
  const post = async (query: string, variables: object): Promise<Answer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal,
    })
    return (await response.json()) as Answer
  }
  const place = async (): Promise<{ readonly id: string; readonly after: string }> => {
    const id = `order-${uuidV7()}`
    const input = {
      id,
      customerId: customers[0],
      currencyCode: 'USD',
      fulfilment: 'MANUAL',
      lines: products.slice(0, 2).map((productId) => ({ productId, quantity: 2 })),
    }
    const answer = await post(placeOrder('placeOrder'), { input })
    const after = answer.data?.placeOrder?.position
    if (after === undefined) throw new Error(`No order was placed: ${JSON.stringify(answer)}.`)
    return { id, after }
  }
  const placeAndRead = async () => {
    const placed = await place()
    const answer = await post(READ, placed)
    if (answer.data?.order?.id !== placed.id)
      throw new Error(`${placed.id} was not visible at ${placed.after}: ${JSON.stringify(answer)}.`)
  }
  const rest = opened.move()
  return {
    async measure(what, seconds) {
      const latenciesMs: number[] = []
      const begunAt = performance.now()
      while (performance.now() - begunAt < seconds * 1_000) {
        const from = performance.now()
        await (what === 'bare' ? place() : placeAndRead())
        latenciesMs.push(performance.now() - from)
      }
      return round(latenciesMs, performance.now() - begunAt)
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}
