import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
  validateSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { REFUSAL_NAMES, refusalCode } from '../../src/graphql/refusal.ts'
import { buildSchema } from '../../src/graphql/schema.ts'
import {
  commandFields,
  described,
  everything,
  mutationDocument,
  mutationFields,
  operatorFields,
  resultUnion,
} from './schema-text.ts'

const schema = buildSchema()
const mutations = mutationFields(schema)
const BUILT_IN =
  /^(?:@(?:skip|include|deprecated|specifiedBy|oneOf)\b|(?:String|Int|ID|Boolean|Float)$)/
const commands = commandFields(schema)
const names = mutations.map(({ name }) => name)
/** What only the processes can be told: no mutation asks for it. They are published to name what a task met. */
const TOLD_TO_PROCESSES = ['ReservationNotWanted', 'PaymentAlreadySettled', 'ReservationUnknown']
const members = mutations.flatMap((field) => resultUnion(schema, field).getTypes())

describe('the published schema', () => {
  it('is valid and equals the printed one', () => {
    expect(validateSchema(schema)).toEqual([])
    const published = readFileSync(join(import.meta.dirname, '../../schema/schema.graphql'), 'utf8')
    expect(published.trim()).toBe(printSchema(lexicographicSortSchema(schema)).trim())
  })

  it('describes everything there is in sentences', () => {
    const ours = described(schema).filter(([name]) => !BUILT_IN.test(name))
    expect(ours.length).toBeGreaterThan(300)
    expect(ours.filter(([, text]) => !/^[A-Z].*\.$/s.test(text ?? ''))).toEqual([])
  })

  it('has one mutation for each command that was planned', () => {
    expect(commands.map(({ name }) => name).toSorted()).toEqual(
      [
        'placeOrder',
        'confirmOrder',
        'shipOrder',
        'deliverOrder',
        'cancelOrder',
        'changeOrderLines',
        'changeShippingAddress',
        'returnOrderItems',
        'cancelOrderLines',
        'holdOrder',
        'releaseOrder',
        'addOrderNote',
        'tagOrder',
        'untagOrder',
        'authorizePayment',
        'capturePayment',
        'voidPayment',
        'refundPayment',
        'registerProduct',
        'changeProductPrice',
        'discontinueProduct',
        'receiveStock',
        'adjustStock',
        'registerCustomer',
        'updateCustomerProfile',
        'addCustomerAddress',
        'removeCustomerAddress',
        'preferCustomerAddress',
        'forgetCustomer',
      ].toSorted(),
    )
  })

  it('says that every root mutation and the entity of every acceptance may be null', () => {
    expect(mutations.filter(({ type }) => isNonNullType(type))).toEqual([])
    const accepted = members.filter(({ name }) => name.endsWith('Accepted'))
    expect(new Set(accepted.map(({ name }) => name)).size).toBe(3)
    const strict = accepted.flatMap((type) =>
      Object.values(type.getFields()).filter(
        (field) =>
          ['order', 'product', 'customer'].includes(field.name) && isNonNullType(field.type),
      ),
    )
    expect(strict).toEqual([])
  })

  it('answers each command with an acceptance, a preview or a refusal, and all can be tried', () => {
    const refusal = schema.getType('Refusal')
    if (!isInterfaceType(refusal)) throw new Error('There is no interface Refusal.')
    for (const field of commands) {
      const types = resultUnion(schema, field).getTypes()
      const others = types.filter((type) => !type.getInterfaces().includes(refusal))
      const answers = others.map(({ name }) => name)
      const [, kind = ''] = /^(Order|Product|Customer)Accepted$/.exec(answers[0] ?? '') ?? []
      expect(answers).toEqual([`${kind}Accepted`, `${kind}Preview`])
      const input = getNamedType(field.args[0]?.type)
      expect(isInputObjectType(input) && 'dryRun' in input.getFields()).toBe(true)
    }
  })

  it('has operators give an input, too, and answers them with what was done or a refusal', () => {
    const refusal = schema.getType('Refusal')
    const answers = operatorFields(schema).map((field) => {
      expect(field.args.map(({ name, type }) => `${name}: ${String(type)}`)).toEqual([
        `input: ${field.name[0]?.toUpperCase()}${field.name.slice(1)}Input!`,
      ])
      const types = resultUnion(schema, field).getTypes()
      const done = types.filter((type) => !type.getInterfaces().some((one) => one === refusal))
      expect(done.length).toBeLessThan(types.length)
      return `${field.name}: ${done.map(({ name }) => name).join(', ')}`
    })
    expect(answers.toSorted()).toEqual([
      'cancelRebuild: RebuildCancelled',
      'rebuildProjection: RebuildStarted',
      'retryParkedStream: ParkedStreamReleased, ParkedStreamStillParked',
      'retryTask: TaskRetried',
      'skipParkedStream: ParkedStreamReleased, ParkedStreamStillParked',
      'skipTask: TaskSkipped',
    ])
  })

  it('has a code for each refusal that a mutation can give, and no other', () => {
    const codes = schema.getType('RefusalCode')
    const refusal = schema.getType('Refusal')
    if (!isEnumType(codes) || !isInterfaceType(refusal)) throw new Error('Refusals are missing.')
    const published = codes.getValues().map(({ name }) => name)
    expect(published.toSorted()).toEqual(REFUSAL_NAMES.map(refusalCode).toSorted())
    const types = schema.getImplementations(refusal).objects.map(({ name }) => name)
    expect(types.toSorted()).toEqual([...REFUSAL_NAMES].toSorted())
    const given = new Set(
      members.filter((type) => type.getInterfaces().includes(refusal)).map(({ name }) => name),
    )
    expect([...given, ...TOLD_TO_PROCESSES].toSorted()).toEqual([...REFUSAL_NAMES].toSorted())
  })

  it('gives one name one type over all results, so that one document selects everything', () => {
    for (const name of names)
      expect(validate(schema, parse(mutationDocument(schema, name)))).toEqual([])
    const all = mutations.map(
      (field) => `${field.name}(input: $${field.name}) ${everything(schema, field)}`,
    )
    const variables = mutations.map((field) => `$${field.name}: ${String(field.args[0]?.type)}`)
    const document = `mutation (${variables.join(', ')}) { ${all.join('\n')} }`
    expect(validate(schema, parse(document))).toEqual([])
  })

  it('gives one name one type over all members of all results at once', () => {
    const types = new Map<string, Map<string, string[]>>()
    for (const member of new Set(members))
      for (const field of Object.values(member.getFields())) {
        const known = types.get(field.name) ?? new Map<string, string[]>()
        types.set(field.name, known)
        known.set(String(field.type), [...(known.get(String(field.type)) ?? []), member.name])
      }
    // Each preview shows the kind of thing its command is about, and no result has two of them.
    types.delete('snapshot')
    expect([...types].filter(([, known]) => known.size > 1)).toEqual([])
  })
})
