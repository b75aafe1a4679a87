import { type Kysely, CompiledQuery } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Generation } from './checkpoint.ts'

export const IS_BUILDING = 'not p.served and p.retired_at is null'
/** By the first three parameters. */
export const IS_IT = 'p.name = $1 and p.version = $2 and p.generation = $3'
export const keyOf = ({ name, version, generation }: Generation): readonly unknown[] => [
  name,
  version,
  generation,
]

export const run = async <Row>(
  kysely: Kysely<Tables>,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> =>
  (await kysely.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows
