import type { ParkedStream } from '../projection/parking-desk.ts'
import { builder } from './builder.ts'
import { PageInfoType, pageBounds } from './connection.ts'
import { badInput } from './error-code.ts'
import { readInput, text } from './input.ts'
import { ParkedStreamType } from './parked-stream.ts'

const PROJECTION_LENGTH_MAX = 100
const CURSOR = /^[0-9a-z]{1,12}$/
const RADIX = 36

interface Listed {
  readonly nodes: readonly ParkedStream[]
  readonly isMore: boolean
  readonly isAfter: boolean
  readonly count: () => Promise<number>
}

const cursorOf = ({ sequence }: ParkedStream): string => sequence.toString(RADIX)

const sequenceOf = (cursor: string | null | undefined): bigint | undefined => {
  if (cursor == null) return undefined
  if (!CURSOR.test(cursor))
    throw badInput('`after` must be a cursor of the list parkedStreams.', ['after'])
  return BigInt(Number.parseInt(cursor, RADIX))
}

const EdgeType = builder.objectRef<ParkedStream>('ParkedStreamEdge').implement({
  description: 'One of the parked streams, and where it stands in the list.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Where it stands in the list, for `after`.',
      resolve: cursorOf,
    }),
    node: t.field({
      type: ParkedStreamType,
      description: 'The parked stream itself.',
      resolve: (parked) => parked,
    }),
  }),
})

const ConnectionType = builder.objectRef<Listed>('ParkedStreamConnection').implement({
  description: 'A page of parked streams.',
  fields: (t) => ({
    edges: t.field({
      type: [EdgeType],
      description: 'What is on the page, with cursors.',
      resolve: ({ nodes }) => [...nodes],
    }),
    nodes: t.field({
      type: [ParkedStreamType],
      description: 'What is on the page, without cursors.',
      resolve: ({ nodes }) => [...nodes],
    }),
    pageInfo: t.field({
      type: PageInfoType,
      description: 'Where the page stands in the list.',
      resolve: ({ nodes, isMore, isAfter }) => {
        const [first] = nodes
        const last = nodes.at(-1)
        return {
          hasNextPage: isMore,
          hasPreviousPage: isAfter,
          startCursor: first === undefined ? null : cursorOf(first),
          endCursor: last === undefined ? null : cursorOf(last),
        }
      },
    }),
    totalCount: t.int({
      description: 'How many there are over all pages, counted when selected.',
      resolve: ({ count }) => count(),
    }),
  }),
})

builder.queryFields((t) => ({
  parkedStreams: t.field({
    type: ConnectionType,
    description:
      'The streams that read models hold back, what was parked first coming first. Read as it is now, whatever position is demanded. For operators.',
    args: {
      projection: t.arg.string({ description: 'Only those of this read model.' }),
      first: t.arg.int({ description: 'At most this many; 20 when left out, 100 at most.' }),
      after: t.arg.string({ description: 'Only what comes after this cursor.' }),
    },
    resolve: async (_root, { projection, first, after }, { services }) => {
      const { limit } = pageBounds({ first })
      const name =
        projection == null
          ? undefined
          : readInput(text(PROJECTION_LENGTH_MAX), projection, ['projection'])
      const found = await services.parking.list({
        projection: name,
        after: sequenceOf(after),
        limit: limit + 1,
      })
      return {
        nodes: found.slice(0, limit),
        isMore: found.length > limit,
        isAfter: after != null,
        count: () => services.parking.count(name),
      }
    },
  }),
}))
