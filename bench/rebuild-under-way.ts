import { setTimeout as delay } from 'node:timers/promises'
import { query } from './fresh-database.ts'

const START = /* GraphQL */ `
  mutation {
    rebuildProjection(input: { projection: "orders" }) {
      __typename
    }
  }
`
const CANCEL = /* GraphQL */ `
  mutation {
    cancelRebuild(input: { projection: "orders" }) {
      __typename
    }
  }
`
const POLL_MS = 50
const STEP_TIMEOUT_MS = 60_000

export interface Progress {
  /** Up to where the log is in the new table. */
  readonly done: number
  readonly of: number
  readonly duty: number
}

const SELECT = `select p.checkpoint::float8 as done, p.duty::float8 as duty,
    (select max(position) from log.events)::float8 as of
  from read.projections p where p.name = 'orders' and not p.served and p.retired_at is null`

/** A rebuild of `orders`, in the server that is measured, as its operator asks for it. */
export const ordersRebuild = (options: {
  readonly url: string
  readonly databaseUrl: string
  readonly signal: AbortSignal
}) => {
  const { url, databaseUrl, signal } = options
  /** Undefined where none is under way. */
  const progress = async (): Promise<Progress | undefined> =>
    (await query<Progress & Record<string, number>>(databaseUrl, SELECT))[0]

  const ask = async (mutation: string, expected: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: mutation }),
      signal,
    })
    const text = await response.text()
    if (!text.includes(expected)) throw new Error(`${expected} was expected; answered: ${text}`)
  }

  const until = async (what: string, isSo: (now: Progress | undefined) => boolean) => {
    const deadline = performance.now() + STEP_TIMEOUT_MS
    for (let now = await progress(); !isSo(now); now = await progress()) {
      if (performance.now() > deadline)
        throw new Error(`${what} within ${STEP_TIMEOUT_MS} ms; the rebuild: ${JSON.stringify(now)}`)
      await delay(POLL_MS, undefined, { signal })
    }
  }

  return {
    progress,
    /** Answers when its first page is written. */
    async start() {
      await ask(START, '"RebuildStarted"')
      await until('The rebuild did not begin', (now) => now !== undefined && now.done > 0)
    },
    async cancel() {
      await ask(CANCEL, '"RebuildCancelled"')
      await until('The cancelled rebuild was not dropped', (now) => now === undefined)
    },
  }
}

export type OrdersRebuild = ReturnType<typeof ordersRebuild>
