import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

/** What a client can quote to us: the same id in the answer's header, in a masked error and in the log. */
export type RequestId = string

const scope = new AsyncLocalStorage<RequestId>()
// What a client gives is written into the log, so only what can be no line break or markup is taken.
const ACCEPTED = /^[\w.:-]{1,64}$/

export const requestId = (given?: string | readonly string[]): RequestId =>
  typeof given === 'string' && ACCEPTED.test(given) ? given : randomUUID()

/** Runs the work so that whatever it awaits knows the request it serves. */
export const inRequest = <Result>(id: RequestId, work: () => Result): Result => scope.run(id, work)

export const currentRequestId = (): RequestId => scope.getStore() ?? randomUUID()
