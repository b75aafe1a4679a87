import { type Client as SocketClient, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { TypedDocumentString } from './generated/graphql.ts'

/** More than any test needs: a client that comes back must never give up here. */
const RETRIES_MAX = 10_000

export type Variables = Readonly<Record<string, unknown>>

export interface Sink<Result> {
  next(result: Result): void
  /** The subscription is over, and not because the client wanted it. */
  lost(reason: unknown): void
}

/** What the tests ask of a real client, whichever it is. */
export interface OrderClient extends AsyncDisposable {
  readonly execute: <Result, Given extends Variables>(
    document: TypedDocumentString<Result, Given>,
    variables: Given,
  ) => Promise<Result>
  /** Answers how to stop. */
  readonly subscribe: <Result, Given extends Variables>(
    document: TypedDocumentString<Result, Given>,
    variables: Given,
    sink: Sink<Result>,
  ) => () => void
}

export interface OrderClientOptions {
  readonly url: string
  readonly wsUrl: string
  /** Whether a broken socket is opened again unasked, with every operation sent as before. */
  readonly retries: boolean
}

export const socketClient = ({ wsUrl, retries }: OrderClientOptions): SocketClient =>
  createClient({
    url: wsUrl,
    webSocketImpl: WebSocket,
    retryAttempts: retries ? RETRIES_MAX : 0,
    retryWait: () => Promise.resolve(),
    // By default a connection that cannot be opened, as opposed to one that breaks, is the end.
    shouldRetry: () => retries,
  })

export interface Following<Result> extends Disposable {
  readonly seen: readonly Result[]
  /** Why it ended, if it did. */
  readonly lost: readonly unknown[]
}

/** A subscription whose messages are kept. */
export const follow = <Result, Given extends Variables>(
  client: OrderClient,
  document: TypedDocumentString<Result, Given>,
  variables: Given,
): Following<Result> => {
  const seen: Result[] = []
  const lost: unknown[] = []
  const stop = client.subscribe(document, variables, {
    next: (result) => void seen.push(result),
    lost: (reason) => void lost.push(reason),
  })
  return { seen, lost, [Symbol.dispose]: stop }
}
