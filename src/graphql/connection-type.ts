import type { ObjectRef } from '@pothos/core'
import { builder } from './builder.ts'
import { PageInfoType, type ConnectionShape, type EdgeShape } from './connection.ts'

type Types = typeof builder.$inferSchemaTypes

/** Relay's connection and edge types for a list of a read model. */
export const connectionType = <Node extends object>(
  name: string,
  type: ObjectRef<Types, Node>,
  what: string,
) => {
  // Pothos cannot tell whether a node of an open type is a list; as a mere object it is none.
  const nodeType: ObjectRef<Types, object> = type
  const edge = builder.objectRef<EdgeShape<object>>(`${name}Edge`)
  edge.implement({
    description: `One of the ${what}, and where it stands in the list.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'Where it stands in the order asked for, for `after` and `before`.',
      }),
      node: t.field({
        type: nodeType,
        description: 'The thing itself.',
        resolve: ({ node }) => node,
      }),
    }),
  })
  const connection = builder.objectRef<ConnectionShape<object>>(`${name}Connection`)
  return connection.implement({
    description: `A page of ${what}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'What is on the page, with cursors.',
        resolve: ({ edges }) => [...edges],
      }),
      nodes: t.field({
        type: [nodeType],
        description: 'What is on the page, without cursors.',
        resolve: ({ edges }) => edges.map(({ node }) => node),
      }),
      pageInfo: t.field({
        type: PageInfoType,
        description: 'Where the page stands in the list.',
        resolve: ({ pageInfo }) => pageInfo,
      }),
      totalCount: t.int({
        description: 'How many match over all pages, counted when selected.',
        resolve: ({ count }) => count(),
      }),
      position: t.field({
        type: 'Position',
        description:
          'How far the list had followed the log when it was read: the place to go on from live.',
        resolve: ({ checkpoint }, _arguments, { services }) => services.positions.token(checkpoint),
      }),
    }),
  })
}
