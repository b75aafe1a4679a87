import type { Generation } from './checkpoint.ts'
import type { AnyReadModel } from './read-model.ts'
import { projectionTable, type Table } from './table.ts'

/** The table of one generation of a read model. */
export const modelTable = <Event>(model: AnyReadModel<Event>, of: Generation): Table => {
  const { table: shape, indexes, follows } = model
  const { name, version, generation } = of
  return projectionTable({ name, version, generation, shape, indexes, follows })
}
