import { type Input, type Shop } from './shop.ts'
import { textOf, type Answered, type Message, type Part } from './service.ts'

/** In every personal field, at least once. */
export const CANARY = 'canarina'

const TICKS_MAX = 40

const profile = (n: number): Input => ({
  name: `Canarina ${n}`,
  contact: `Canarina Contact ${n}`,
  email: `canarina.${n}@example.com`,
  phone: `canarina-${n}`,
  address: { street: `Canarina Way ${n}`, city: 'Berlin', country: 'Germany' },
})

const mutation = (name: string, result: string, selected: string) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  return `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on ${result} { ${selected} } } }`
}

const PLACE = mutation('placeOrder', 'OrderAccepted', 'orderId')
const UPDATE = mutation('updateCustomerProfile', 'CustomerAccepted', 'position')
const FORGET = mutation('forgetCustomer', 'CustomerAccepted', 'position')
const FOLLOW = `subscription ($id: ID!, $p: Position) @readAfter(position: $p, timeoutMs: 10000) { orderChanged(id: $id) {
  order { version customerName customerEmail shipTo { street } } } }`

const nameOf = ({ data }: Answered, field: string) => textOf(data[field]?.['__typename'])

const ticks = async (count: number) => {
  for (let tick = 0; tick < count; tick += 1)
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
}

export interface Race {
  /** Processes that share one database. */
  readonly services: readonly [Shop, ...Shop[]]
  readonly product: string
  readonly dice: () => number
  /** What the commands that met came to, and how often. */
  readonly tally: Map<string, number>
  readonly orders: Set<string>
  readonly customers: Set<string>
}

/** Somebody known, with an order, of whom every process has seen the key. */
export const beginner = async ({ services, product, orders, customers }: Race, n: number) => {
  const customerId = await services[0].customer(profile(n))
  const order = { customerId, currencyCode: 'USD', lines: [{ productId: product, quantity: 1 }] }
  const placed = await services[0].order(order)
  const first = { id: textOf(placed['orderId']), p: textOf(placed['position']) }
  for (const service of services) await service.ask(PLACE, { input: { ...order, dryRun: true } })
  orders.add(first.id)
  customers.add(customerId)
  return { customerId, order, first }
}

type Beginner = Awaited<ReturnType<typeof beginner>>

/** They are forgotten, twice, while orders and changes of theirs are on their way. */
export const race = async (among: Race, { customerId, order }: Beginner): Promise<void> => {
  const { services, dice, tally } = among
  const ask = async (field: string, query: string, input: Input): Promise<Part | undefined> => {
    const service = services[Math.floor(dice() * services.length)] ?? services[0]
    await ticks(Math.floor(dice() * TICKS_MAX))
    const answer = await service.ask(query, { input })
    const outcome = `${field} ${nameOf(answer, field)}`
    tally.set(outcome, (tally.get(outcome) ?? 0) + 1)
    return answer.data[field]
  }
  const place = async () => {
    const orderId = (await ask('placeOrder', PLACE, order))?.['orderId']
    if (orderId !== undefined) among.orders.add(textOf(orderId))
  }
  const update = (change: Input) => ask('updateCustomerProfile', UPDATE, { customerId, ...change })
  const forget = () => ask('forgetCustomer', FORGET, { customerId })
  await Promise.all([
    place(),
    place(),
    place(),
    update({ name: 'Canarina the Second' }),
    update({ email: 'second.canarina@example.com' }),
    forget(),
    forget(),
  ])
}

export interface Following extends AsyncDisposable {
  /** The last state that was told so far. */
  readonly last: () => Part | undefined
}

export const following = async (service: Shop, first: Beginner['first']): Promise<Following> => {
  const messages = await service.follow(FOLLOW, first)
  const seen: Message[] = []
  const ended = (async () => {
    for (;;) {
      const message = await messages.next()
      if (message === undefined) return
      seen.push(message)
    }
  })()
  return {
    last: () => seen.at(-1)?.data['orderChanged']?.['order'],
    async [Symbol.asyncDispose]() {
      await messages[Symbol.asyncDispose]()
      await ended
    },
  }
}
