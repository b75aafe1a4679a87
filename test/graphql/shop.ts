import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { buildSchema } from '../../src/graphql/schema.ts'
import { textOf, graphqlService, type Answered, type GraphqlService, type Part } from './service.ts'
import { mutationDocument, mutationFields } from './schema-text.ts'

const schema = buildSchema()
const documents = (depth: number) =>
  new Map(mutationFields(schema).map(({ name }) => [name, mutationDocument(schema, name, depth)]))
const whole = documents(2)
/** Without anything that a read model would have to be waited for. */
const flat = documents(0)

export type Input = Readonly<Record<string, unknown>>

/** The whole service with words for what most tests need. */
export interface Shop extends GraphqlService {
  /** One mutation, everything of its result selected. */
  run(mutation: string, input: Input): Promise<Answered>
  /** A mutation that must be accepted; answers its receipt. */
  accept(mutation: string, input: Input): Promise<Part>
  /** A product for 18.00 USD; answers its id. */
  product(input?: Input): Promise<string>
  customer(input?: Input): Promise<string>
  /** An order of two of a product; answers its acceptance. */
  order(input?: Input): Promise<Part>
  head(): Promise<bigint>
}

export const newId = (category: string): string => `${category}-${randomUUID()}`

export const shop = async (database?: { readonly url: string }): Promise<Shop> => {
  const service = await graphqlService(database)
  const run = (mutation: string, input: Input) => service.ask(whole.get(mutation) ?? '', { input })
  const accept = async (mutation: string, input: Input): Promise<Part> => {
    const { data, text } = await service.ask(flat.get(mutation) ?? '', { input })
    const answer = data?.[mutation]
    if (!textOf(answer?.['__typename']).endsWith('Accepted'))
      throw new Error(`${mutation} was not accepted; seen: ${text}`)
    return answer ?? {}
  }
  const product = async (input: Input = {}) => {
    const prices = [{ amount: '18.00', currencyCode: 'USD' }]
    const accepted = await accept('registerProduct', { name: 'Chai', prices, ...input })
    return textOf(accepted['productId'])
  }
  const customer = async (input: Input = {}) => {
    const accepted = await accept('registerCustomer', { name: 'Alfreds', ...input })
    return textOf(accepted['customerId'])
  }
  return {
    ...service,
    run,
    accept,
    product,
    customer,
    async order(input = {}) {
      const customerId = input['customerId'] ?? (await customer())
      const lines = input['lines'] ?? [{ productId: await product(), quantity: 2 }]
      return await accept('placeOrder', { customerId, currencyCode: 'USD', ...input, lines })
    },
    async head() {
      const { kysely } = service.application.database
      const { rows } = await sql<{
        readonly position: bigint
      }>`select coalesce(max(position), 0)::bigint as position from log.events`.execute(kysely)
      return rows[0]?.position ?? -1n
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}
