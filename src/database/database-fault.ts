/**
 * Whose fault a failed statement is: `data`, what was sent; `connection`, nobody's, and it may be sent
 * again; `other`, a bug or a refusal of the server.
 */
export type DatabaseFault = 'data' | 'connection' | 'other'

// By SQLSTATE class. 22 data exception, 23 integrity, 54 limit exceeded; 08 connection, 40 rollback
// (serialization, deadlock), 57 operator intervention (shutdown), 53 out of resources, 55 lock.
const CLASS_FAULTS: Readonly<Record<string, DatabaseFault>> = {
  '22': 'data',
  '23': 'data',
  '54': 'data',
  '08': 'connection',
  '40': 'connection',
  '57': 'connection',
  '53': 'connection',
  '55': 'connection',
}

const READ_ONLY = '25006'
const QUERY_CANCELED = '57014'
// Node's own words for a lost connection (ECONNRESET, EPIPE, ERR_STREAM_DESTROYED). ERR_INVALID_ARG_TYPE is
// none: to send that again would come to the same.
const NODE_LOSS = /^(?:E(?!RR_)|ERR_(?:STREAM|SOCKET|TLS|SSL)_)[A-Z_]+$/

/** The one judgement of what a driver's error means. */
export const databaseFault = (error: unknown): DatabaseFault => {
  const code = codeOf(error)
  // A primary that has become a standby: the next connection may find the new primary.
  if (code === READ_ONLY) return 'connection'
  const known = code.length === 5 ? CLASS_FAULTS[code.slice(0, 2)] : undefined
  if (known !== undefined) return known
  return NODE_LOSS.test(code) || isConnectionLoss(error) ? 'connection' : 'other'
}

/** Whether what failed so may have been carried out all the same. */
export const mayHaveHappened = (error: unknown): boolean => {
  if (databaseFault(error) !== 'connection' || isRefusedByClient(error)) return false
  const code = codeOf(error)
  // A server that reports these has rolled back; one that shuts down (57P0x) may have committed.
  return !(code === READ_ONLY || code === QUERY_CANCELED || /^(?:40|53|55)...$/.test(code))
}

/** pg's word for a connection that was lost before the statement. */
export const isRefusedByClient = (error: unknown): boolean =>
  error instanceof Error && /not queryable/i.test(error.message)

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

// pg gives its own errors about lost connections no code.
const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error && /connection|terminated|timeout|socket/i.test(error.message)
