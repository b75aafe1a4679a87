/** A statement was not answered in its time: the server is away, or it was too much at once. */
export class StatementTimeout extends Error {
  override readonly name = 'StatementTimeout'
  constructor() {
    super('The statement reached its timeout without an answer.')
  }
}

/** PostgreSQL's own `statement_timeout`, which an operator may have set lower. */
const QUERY_CANCELED = '57014'
const CAUSES_MAX = 4

/** Whether a statement took too long, by this process's clock or by the server's. */
export const isStatementTimeout = (error: unknown): boolean => {
  let current = error
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    if (current instanceof StatementTimeout) return true
    if ('code' in current && current.code === QUERY_CANCELED) return true
    current = current.cause
  }
  return false
}
