import { openAsBlob } from 'node:fs'
import { inject } from 'vitest'
import type { Services } from '../../src/graphql/context.ts'
import { type Application, application } from '../../src/server/compose.ts'
import { pinoLogger } from '../../src/server/logger.ts'

/** What every service of these tests seals personal data with. */
export const MASTER_KEY = {
  from: 'text',
  base64: Buffer.alloc(32, 'test').toString('base64'),
  source: 'the tests',
} as const
const CALLER = {
  viewer: { scope: 'test', actor: { role: 'STAFF', subject: 'test' } },
  traceparent: null,
} as const

export interface Failure {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string }
}

/** Any part of an answer; a field that is not there is undefined. */
export interface Part {
  readonly [name: string]: Part
}

/** A scalar of an answer as text. */
export const textOf = (part: unknown): string => String(part)

export interface Answered {
  readonly status: number
  readonly data: Part
  readonly errors: readonly Failure[] | undefined
  readonly position: string | undefined
  /** As it was sent. */
  readonly text: string
}

export interface Asking {
  readonly extensions?: unknown
  readonly accept?: string
}

export interface GraphqlService extends AsyncDisposable {
  readonly application: Application
  readonly services: Services
  readonly logged: readonly Readonly<Record<string, unknown>>[]
  ask(query: string, variables?: object, asking?: Asking): Promise<Answered>
  /** Any request at all, as the edge would hand it on. */
  send(body: unknown, accept?: string): Promise<Response>
  /** Each message of a subscription, by server-sent events. */
  follow(query: string, variables?: object, asking?: Asking): Promise<Messages>
}

export interface Message {
  readonly data: Part
  readonly errors?: readonly Failure[]
}

export interface Messages extends AsyncDisposable {
  /** The next message; undefined when the subscription has ended. */
  next(): Promise<Message | undefined>
  /** The next so many messages. */
  take(count: number): Promise<readonly Message[]>
}

/** The composed service without sockets: what the edge calls, called directly. */
export const graphqlService = async (
  database: 'memory' | { readonly url: string } = 'memory',
): Promise<GraphqlService> => {
  const logged: Record<string, unknown>[] = []
  const app = await application({
    database:
      database === 'memory'
        ? { engine: 'pglite', memory: true, dump: await openAsBlob(inject('pgliteDump')) }
        : { engine: 'postgres', url: database.url },
    masterKey: MASTER_KEY,
    logger: pinoLogger('warn', { write: (line: string) => void logged.push(JSON.parse(line)) }),
  })
  const send = async (body: unknown, accept = 'application/json'): Promise<Response> =>
    await app.graphql.fetch(
      'http://localhost/graphql',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      },
      CALLER,
    )
  return {
    application: app,
    services: app.services,
    logged,
    send,
    async ask(query, variables = {}, { extensions, accept } = {}) {
      const response = await send({ query, variables, extensions }, accept)
      const text = await response.text()
      const { data, errors, extensions: said } = JSON.parse(text)
      return { status: response.status, data, errors, position: said?.position, text }
    },
    async follow(query, variables = {}, { extensions } = {}) {
      return messages(await send({ query, variables, extensions }, 'text/event-stream'))
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

const messages = (response: Response): Messages => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let unread = ''
  const block = async (): Promise<string | undefined> => {
    for (;;) {
      const end = unread.indexOf('\n\n')
      if (end >= 0) {
        const found = unread.slice(0, end)
        unread = unread.slice(end + 2)
        return found
      }
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) return undefined
      unread += chunk.value
    }
  }
  const next = async (): Promise<Message | undefined> => {
    for (;;) {
      const text = await block()
      if (text === undefined || text.includes('event: complete')) return undefined
      const data = /^data: ?(.*)$/m.exec(text)?.[1]
      if (data !== undefined && data !== '') return JSON.parse(data)
    }
  }
  return {
    next,
    async take(count) {
      const taken: Message[] = []
      for (let place = 0; place < count; place += 1) {
        const message = await next()
        if (message === undefined) throw new Error(`It ended after ${place} of ${count} messages.`)
        taken.push(message)
      }
      return taken
    },
    async [Symbol.asyncDispose]() {
      await reader?.cancel()
    },
  }
}
