import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../src/graphql/error-code.ts'
import { textOf, type Answered } from './service.ts'
import { BAD_COMMANDS, BAD_ORDERS, LONG, soundLine, type Sound } from './bad-commands.ts'
import { shop, type Shop } from './shop.ts'

let open: Shop
let sound: Sound
beforeAll(async () => {
  open = await shop()
  const customerId = await open.customer()
  const productId = await open.product()
  const { orderId } = await open.order({ customerId })
  sound = { customerId, productId, orderId: textOf(orderId) }
})
afterAll(() => open[Symbol.asyncDispose]())

/** Whatever came, the answer is one a client can act upon, and nothing was written. */
const expectRefusedAsBad = async (ask: () => Promise<Answered>): Promise<Answered> => {
  const head = await open.head()
  const answered = await ask()
  expect(answered.status).toBeLessThan(500)
  expect(answered.errors?.length).toBeGreaterThan(0)
  for (const { message, extensions } of answered.errors ?? []) {
    expect(Object.keys(ERROR_CODES)).toContain(extensions.code)
    expect(extensions.code).not.toBe('INTERNAL_SERVER_ERROR')
    expect(message.length).toBeLessThan(1_100)
  }
  expect(answered.text).not.toMatch(/\bat .*\.(?:ts|js|mjs):\d+|node_modules|stack/)
  expect(answered.text.length).toBeLessThan(20_000)
  expect(await open.head()).toBe(head)
  expect(open.logged).toEqual([])
  return answered
}

describe('an order with', () => {
  it.each(Object.entries(BAD_ORDERS))('%s is bad input', async (_what, [change, ...path]) => {
    const { customerId } = sound
    const order = { customerId, currencyCode: 'USD', ...soundLine(sound) }
    const { errors } = await expectRefusedAsBad(() =>
      open.run('placeOrder', { ...order, ...change(sound) }),
    )
    expect(errors?.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'BAD_INPUT', path: ['input', ...path] },
    ])
  })
})

describe('a command with bad input', () => {
  it.each(BAD_COMMANDS.map((one, place) => [one[0], place, one] as const))(
    '%s (%i) says where',
    async (mutation, _place, [, input, ...path]) => {
      const { errors } = await expectRefusedAsBad(() => open.run(mutation, input(sound)))
      for (const { extensions } of errors ?? [])
        expect(extensions).toMatchObject({ code: 'BAD_INPUT', path: ['input', ...path] })
    },
  )

  it('does not keep the others of its document from being done', async () => {
    const { data, errors } = await open.ask(`mutation {
      bad: registerCustomer(input: { name: "" }) { __typename }
      registerCustomer(input: { name: "Bo" }) { __typename } }`)
    expect(data).toEqual({ bad: null, registerCustomer: { __typename: 'CustomerAccepted' } })
    expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'BAD_INPUT' } }])
  })
})

const query = '{ orders { position } }'
/** Requests that are not even a question, as JSON text. */
const REQUESTS: readonly (readonly [string, string])[] = [
  ['{ "query": "{" }', 'GRAPHQL_PARSE_FAILED'],
  ['{ "query": "{ nothing }" }', 'GRAPHQL_VALIDATION_FAILED'],
  [`{ "query": "query ${query} query A ${query}" }`, 'OPERATION_RESOLUTION_FAILURE'],
  [`{ "query": "query A ${query}", "operationName": "B" }`, 'OPERATION_RESOLUTION_FAILURE'],
  [
    `{ "query": "query ($n: Int) { orders(first: $n) { position } }", "variables": { "n": "1" } }`,
    'BAD_INPUT',
  ],
  [
    `{ "query": "query ($id: ID = \\"x\\") { order(id: $id) { id } }", "variables": { "id": null } }`,
    'BAD_INPUT',
  ],
  [
    '{ "query": "mutation ($input: RegisterCustomerInput!) { registerCustomer(input: $input) { __typename } }", "variables": { "input": { "__proto__": { "name": "x" } } } }',
    'BAD_INPUT',
  ],
  [
    '{ "query": "mutation ($input: RegisterCustomerInput!) { registerCustomer(input: $input) { __typename } }", "variables": { "__proto__": { "input": { "name": "x" } } } }',
    'BAD_INPUT',
  ],
  [`{ "query": "${query}", "variables": 3 }`, 'BAD_INPUT'],
  [`{ "query": "${query}", "extensions": 3 }`, 'BAD_INPUT'],
  ['{ "query": 3 }', 'BAD_INPUT'],
  ['{ "variables": {} }', 'BAD_INPUT'],
  ['{ "query": "{ orders(filter: { customerId: \\"x\\" }) { position } }" }', 'BAD_INPUT'],
  [
    '{ "query": "{ customers(filter: { nameBegins: \\"a\\\\u0000\\" }) { position } }" }',
    'BAD_INPUT',
  ],
  [`{ "query": "{ orders(filter: { reference: \\"${LONG}\\" }) { position } }" }`, 'BAD_INPUT'],
  [`{ "query": "{ orders(first: \\"${LONG}\\") { position } }" }`, 'GRAPHQL_VALIDATION_FAILED'],
]

describe('a request that cannot be answered', () => {
  it.each(REQUESTS.map(([text, code], place) => [place, code, text] as const))(
    '%i has the code %s on both media types',
    async (_place, code, text) => {
      for (const accept of ['application/json', 'application/graphql-response+json']) {
        const { errors, status, data } = await expectRefusedAsBad(async () => {
          const response = await open.send(text, accept)
          const body = await response.text()
          return { ...JSON.parse(body), status: response.status, text: body }
        })
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(
          expect.arrayContaining([code]),
        )
        const isWithoutData = data === undefined && accept !== 'application/json'
        expect(status).toSatisfy((seen) => !isWithoutData || seen === 400)
      }
    },
  )
})

it('a document that is none has its code also where sockets parse it', () => {
  const { parse } = open.application.graphql.getEnveloped({})
  expect(() => parse('{')).toThrow(
    expect.objectContaining({
      extensions: expect.objectContaining({ code: 'GRAPHQL_PARSE_FAILED' }),
    }),
  )
})
