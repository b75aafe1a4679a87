import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusalCode, type RefusalName } from '../../src/graphql/refusal.ts'
import { buildSchema } from '../../src/graphql/schema.ts'
import { operatorFields, resultUnion } from './schema-text.ts'
import { shop, type Input, type Shop } from './shop.ts'

/** What an operator asks for in vain, and all that they are told. */
interface OperatorCase {
  readonly asked: string
  readonly refusal: RefusalName
  readonly input: Input
  readonly path: string
  readonly facts?: object
}

const TASK = randomUUID()
const PARKED = `orders_v2_a/order-${randomUUID()}`
const HELD = `orders_v2_a/order-${randomUUID()}`
const DUTY = 0.05
const unknown = { parkedStreamId: PARKED }
const moot = { reason: 'a test' }

const CASES: readonly OperatorCase[] = [
  {
    asked: 'rebuildProjection',
    refusal: 'RebuildUnderWay',
    input: { projection: 'orders' },
    path: 'projection',
    facts: { projection: 'orders', generation: 'b', progress: { duty: DUTY, share: 0 } },
  },
  {
    asked: 'cancelRebuild',
    refusal: 'RebuildNotUnderWay',
    input: { projection: 'products' },
    path: 'projection',
    facts: { projection: 'products' },
  },
  {
    asked: 'retryParkedStream',
    refusal: 'ParkedStreamUnknown',
    input: unknown,
    path: 'parkedStreamId',
    facts: unknown,
  },
  {
    asked: 'skipParkedStream',
    refusal: 'ParkedStreamUnknown',
    input: { ...unknown, ...moot, version: 1 },
    path: 'parkedStreamId',
    facts: unknown,
  },
  {
    asked: 'skipParkedStream',
    refusal: 'ParkedEventIsAnother',
    input: { parkedStreamId: HELD, ...moot, version: 1 },
    path: 'version',
    facts: { parkedStreamId: HELD, parkedStream: { version: 2 } },
  },
  {
    asked: 'retryTask',
    refusal: 'TaskNotParked',
    input: { taskId: TASK },
    path: 'taskId',
    facts: { taskId: TASK },
  },
  {
    asked: 'skipTask',
    refusal: 'TaskNotParked',
    input: { taskId: TASK, ...moot },
    path: 'taskId',
    facts: { taskId: TASK },
  },
]

const BAD: readonly (readonly [asked: string, input: Input, path: readonly string[]])[] = [
  ['rebuildProjection', { projection: 'nobody' }, ['projection']],
  ['rebuildProjection', { projection: 'orders', duty: 0.01 }, ['duty']],
  ['rebuildProjection', { projection: 'orders', duty: 1.5 }, ['duty']],
  ['cancelRebuild', { projection: 'nobody' }, ['projection']],
  ['retryParkedStream', { parkedStreamId: '7' }, ['parkedStreamId']],
  ['retryParkedStream', { parkedStreamId: 'orders/order-1' }, ['parkedStreamId']],
  ['retryParkedStream', { parkedStreamId: 'orders_v2_a;/x' }, ['parkedStreamId']],
  ['skipParkedStream', { ...unknown, ...moot, version: 0 }, ['version']],
  ['skipParkedStream', { ...unknown, reason: ' ', version: 1 }, ['reason']],
  ['skipParkedStream', { ...unknown, reason: 'x'.repeat(501), version: 1 }, ['reason']],
  ['retryTask', { taskId: '7' }, ['taskId']],
  ['skipTask', { taskId: TASK.toUpperCase(), ...moot }, ['taskId']],
  ['skipTask', { taskId: TASK, reason: '' }, ['reason']],
]

let open: Shop
beforeAll(async () => {
  open = await shop()
  // As another process left them: a rebuild that is its own for now, and a stream that it has parked.
  const { kysely } = open.application.database
  await sql`insert into read.projections
      (name, version, generation, served, duty, builder, builder_until, built_since, built_from)
    values ('orders', 2, 'b', false, ${DUTY}, gen_random_uuid(), now() + interval '1 hour', now(), 0)`.execute(
    kysely,
  )
  await sql`insert into read.parked_streams
      (name, version, generation, stream, position, stream_version, error)
    values ('orders', 2, 'a', ${HELD.replace(/^.*\//, '')}, 1, 2, 'Error')`.execute(kysely)
  await open.order()
})
afterAll(() => open[Symbol.asyncDispose]())

const produced = new Set<string>()

describe('what an operator asks for', () => {
  it.each(CASES.map((one) => [one.asked, one.refusal, one] as const))(
    '%s: %s says why, as commands do',
    async (asked, refusal, { input, path, facts }) => {
      const { data, errors } = await open.run(asked, input)
      expect(errors).toBeUndefined()
      expect(data[asked]).toMatchObject({
        __typename: refusal,
        code: refusalCode(refusal),
        message: expect.stringMatching(/^[A-Z].{20,}\.$/),
        path: ['input', path],
        position: expect.stringMatching(/^[a-z0-9]+\.0$/),
        ...facts,
      })
      produced.add(`${asked} ${refusal}`)
    },
  )

  it('was refused in every way that there is', () => {
    const schema = buildSchema()
    const refusal = schema.getType('Refusal')
    const members = operatorFields(schema).flatMap((field) =>
      resultUnion(schema, field)
        .getTypes()
        .filter((type) => type.getInterfaces().some((one) => one === refusal))
        .map(({ name }) => `${field.name} ${name}`),
    )
    expect([...produced].toSorted()).toEqual(members.toSorted())
  })

  it.each(BAD)('%s of %j cannot be meant', async (asked, input, path) => {
    const { errors } = await open.run(asked, input)
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_INPUT', path: ['input', ...path] }, path: [asked] },
    ])
  })
})
