import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusalCode } from '../../src/graphql/refusal.ts'
import { buildSchema } from '../../src/graphql/schema.ts'
import { laterRefusals } from './later-refusal-cases.ts'
import { limitRefusals } from './limit-refusal-cases.ts'
import { orderRefusals } from './order-refusal-cases.ts'
import { paymentRefusals } from './payment-refusal-cases.ts'
import { placeRefusals } from './place-refusal-cases.ts'
import { processRefusals } from './process-refusal-cases.ts'
import type { RefusalCase } from './refusal-case.ts'
import { registryRefusals } from './registry-refusal-cases.ts'
import { commandFields, resultUnion } from './schema-text.ts'
import { shop, type Shop } from './shop.ts'

const CASES: readonly RefusalCase[] = [
  ...orderRefusals,
  ...laterRefusals,
  ...paymentRefusals,
  ...placeRefusals,
  ...registryRefusals,
  ...processRefusals,
  ...limitRefusals,
]

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

const produced = new Set<string>()

describe('a refused command', () => {
  it.each(CASES.map((one) => [one.mutation, one.refusal, one] as const))(
    '%s: %s says why, and nothing is written',
    async (mutation, refusal, { given }) => {
      const { input, facts, path } = await given(open)
      const head = await open.head()
      const { data, errors, position } = await open.run(mutation, input)
      expect(errors).toBeUndefined()
      const answer = data[mutation]
      expect(answer).toMatchObject({
        __typename: refusal,
        code: refusalCode(refusal),
        message: expect.stringMatching(/^[A-Z].{20,}\.$/),
        path,
        ...facts,
      })
      expect(answer?.['position']).toBe(position)
      expect(await open.head()).toBe(head)
      produced.add(`${mutation} ${refusal}`)

      const again = await open.ask(
        'query ($p: Position) @readAfter(position: $p) { orders(first: 1) { position } products { position } customers { position } }',
        { p: position },
      )
      expect(again.errors).toBeUndefined()
    },
  )

  it('was produced for every refusal of every mutation', () => {
    const schema = buildSchema()
    const members = commandFields(schema).flatMap((field) =>
      resultUnion(schema, field)
        .getTypes()
        .filter(({ name }) => !/(?:Accepted|Preview)$/.test(name))
        .map(({ name }) => `${field.name} ${name}`),
    )
    expect([...produced].toSorted()).toEqual(members.toSorted())
  })

  it('shows the state it rests on when read at its position', async () => {
    const { orderId } = await open.order()
    await open.accept('cancelOrder', { orderId, reason: 'CUSTOMER' })
    const { position } = await open.run('confirmOrder', { orderId })
    const query =
      'query ($p: Position, $id: ID!) @readAfter(position: $p) { order(id: $id) { status position } }'
    const { data } = await open.ask(query, { p: position, id: orderId })
    expect(data['order']).toEqual({ status: 'CANCELLED', position })
  })

  it('rests on the start of the log where there is nothing', async () => {
    const { position } = await open.run('confirmOrder', {
      orderId: 'order-00000000-0000-7000-8000-000000000000',
    })
    expect(position).toMatch(/^[a-z0-9]+\.0$/)
  })
})
