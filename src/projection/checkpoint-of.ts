import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { GenerationGone } from './generation-gone.ts'
import { IS_IT, keyOf, run } from './generation-row.ts'

/** How far one generation is, whether it serves or not. */
export const checkpointOf = async (kysely: Kysely<Tables>, of: Generation): Promise<Position> => {
  const [row] = await run<{ readonly checkpoint: bigint }>(
    kysely,
    `select p.checkpoint from read.projections p where ${IS_IT}`,
    keyOf(of),
  )
  if (row === undefined) throw new GenerationGone(of)
  return position(row.checkpoint)
}
