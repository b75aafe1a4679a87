import { text } from '../../src/projection/column.ts'
import type { ReadModel } from '../../src/projection/read-model.ts'
import type { JarEvent } from './tally.ts'

const wideShape = { id: text, label: text }

/** One row a jar, as large as its owner's name. */
export const wide: ReadModel<JarEvent, typeof wideShape, 'stream'> = {
  name: 'wide',
  version: 1,
  table: wideShape,
  indexes: [],
  follows: 'stream',
  keys: ({ stream }) => [stream],
  project: (row, { stream, event }) =>
    event.type === 'JarOpened' ? { id: stream, label: event.owner } : row,
}
