import type { GraphQLFieldExtensions } from 'graphql'
import type { ReadModelName } from './read-models.ts'

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** The read model whose table the field reads, for the barrier of `@readAfter`. */
    readModel?: ReadModelName
    /** The argument that holds an id, where the read model depends on the kind of thing it names. */
    readModelOfId?: string
  }
}

/** Marks a field that reads a read model's table itself, rather than a row already read. */
export const touches = (
  readModel: ReadModelName,
): GraphQLFieldExtensions<unknown, unknown, unknown> => ({ readModel })

/** Marks a field that reads the table of whatever the id in an argument names. */
export const touchesById = (
  argument: string,
): GraphQLFieldExtensions<unknown, unknown, unknown> => ({ readModelOfId: argument })
