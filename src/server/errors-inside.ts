import { GraphQLError } from 'graphql'

const DEPTH_MAX = 10

/** An error and its causes, outermost first, through what GraphQL wraps around what is thrown. */
export const errorsInside = (error: unknown): readonly unknown[] => {
  const chain: unknown[] = []
  let next: unknown = error
  while (next !== undefined && next !== null && chain.length < DEPTH_MAX) {
    chain.push(next)
    const inner = next instanceof GraphQLError ? next.originalError : undefined
    next = inner ?? (next instanceof Error ? next.cause : undefined)
  }
  return chain
}
