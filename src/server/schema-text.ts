import { lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchema } from '../graphql/schema.ts'

/** The schema as it is published, in an order that does not depend on that of our source. */
export const schemaText = (): string =>
  `${printSchema(lexicographicSortSchema(buildSchema())).trimEnd()}\n`
