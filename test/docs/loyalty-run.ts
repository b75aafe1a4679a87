import { application } from '../../src/server/compose.ts'
import { pinoLogger } from '../../src/server/logger.ts'
import { eventually } from '../harness/eventually.ts'

/**
 * Runs in a copy of the tree that has the context of docs/new-context.md: an order is paid for and some
 * of it is paid back, by the sandbox. Prints the points that the customer is seen to have on the way.
 */
const CALLER = {
  viewer: { scope: 'test', actor: { role: 'STAFF', subject: 'test' } },
  traceparent: null,
} as const
const PATIENCE = { timeoutMs: 15_000, intervalMs: 25 }

await using app = await application({
  database: { engine: 'pglite', memory: true },
  masterKey: { from: 'chance' },
  logger: pinoLogger('warn', { write: (line: string) => void process.stderr.write(line) }),
})

const ask = async (query: string, variables: object = {}) => {
  const response = await app.graphql.fetch(
    'http://localhost/graphql',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
    },
    CALLER,
  )
  const { data, errors } = await response.json()
  if (errors !== undefined) throw new Error(JSON.stringify(errors))
  return data
}

const { registerCustomer, registerProduct } = await ask(`mutation {
  registerCustomer(input: { name: "Zoe" }) { ... on CustomerAccepted { customerId } }
  registerProduct(input: { name: "Chai", prices: [{ amount: "12.50", currencyCode: "USD" }] }) {
    ... on ProductAccepted { productId } } }`)
const { customerId } = registerCustomer
const { placeOrder } = await ask(
  `mutation ($customerId: ID!, $productId: ID!) {
    placeOrder(input: { customerId: $customerId, currencyCode: "USD", fulfilment: MANUAL,
      lines: [{ productId: $productId, quantity: 2 }] }) { ... on OrderAccepted { orderId } } }`,
  { customerId, productId: registerProduct.productId },
)

/** Gives the order a command as soon as what it rests on is settled; answers where it stands. */
const command = (mutation: string, more = ''): Promise<string> =>
  eventually(async () => {
    const input = `{ orderId: "${placeOrder.orderId}" ${more} }`
    const data = await ask(`mutation { ${mutation}(input: ${input}) {
      __typename ... on OrderAccepted { position } } }`)
    const { __typename: type, position } = data[mutation]
    if (type === 'OrderAccepted') return position
    throw new Error(`${mutation} was refused: ${type}.`)
  }, PATIENCE)

/** The points at a position, or once the gateway's answer has changed them. */
const points = (position: string, isExpected: (points: number) => boolean): Promise<number> =>
  eventually(async () => {
    const { loyalty } = await ask(
      `query ($customerId: ID!, $position: Position!) @readAfter(position: $position) {
        loyalty(customerId: $customerId) { customerId points } }`,
      { customerId, position },
    )
    const seen = Number(loyalty?.points ?? 0)
    if (isExpected(seen)) return seen
    throw new Error(`There are ${seen} points.`)
  }, PATIENCE)

const unpaid = await points(await command('authorizePayment', ', token: "any"'), () => true)
await command('confirmOrder')
const paid = await points(await command('capturePayment'), (seen) => seen > unpaid)
const refund = ', amount: { amount: "5.00", currencyCode: "USD" }'
const paidBack = await points(await command('refundPayment', refund), (seen) => seen < paid)
process.stdout.write(JSON.stringify({ unpaid, paid, paidBack }))
