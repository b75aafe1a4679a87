/** What a request by POST asks for, where nothing about it is unusual. */
export interface PostedOperation {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Record<string, unknown>
  readonly extensions?: Record<string, unknown>
}

/** Undefined for anything else, which yoga judges and explains. */
export const postedOperation = (body: object): PostedOperation | undefined => {
  const {
    query,
    operationName,
    variables,
    extensions,
    ...others
  }: Readonly<Record<string, unknown>> = { ...body }
  if (typeof query !== 'string' || Object.keys(others).length > 0) return undefined
  if (operationName != null && typeof operationName !== 'string') return undefined
  if (!isRecordOrNone(variables) || !isRecordOrNone(extensions)) return undefined
  return {
    query,
    ...(operationName == null ? {} : { operationName }),
    ...(variables == null ? {} : { variables }),
    ...(extensions == null ? {} : { extensions }),
  }
}

const isRecordOrNone = (value: unknown): value is Record<string, unknown> | null | undefined =>
  value == null || (typeof value === 'object' && !Array.isArray(value))

const FIRST_ACCEPTED =
  /^\s*(application\/graphql-response\+json|application\/json|\*\/\*)\s*(?:;\s*q=[\d.]+\s*)?(?:,|$)/i

/**
 * The media type of an answer without errors: what the client named first, as yoga chooses. Undefined
 * where that is nothing plain; then yoga chooses itself.
 */
export const answerType = (accept: string | undefined): string | undefined => {
  const [, first] = FIRST_ACCEPTED.exec(accept ?? '*/*') ?? []
  if (first === undefined) return undefined
  return first === '*/*' ? 'application/json' : first.toLowerCase()
}
