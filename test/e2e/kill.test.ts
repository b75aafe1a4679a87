import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { startServerProcess } from '../harness/server.ts'
import { listOrders, placeOrder } from './documents.ts'
import type { PlaceOrderInput } from './generated/graphql.ts'
import { dataOf, post } from './post.ts'
import { overHttp, shop } from './shop.ts'

const CALLERS = 16
const ACKNOWLEDGED_MIN = 100
/** More than can be sent until the kill: it would be in vain otherwise. */
const SENT_MAX = 10_000

interface Receipt {
  readonly orderId: string
  readonly position: string
}

/** Sends orders until the server is gone; each has a command id of its own, also the unanswered. */
const placeUntilGone = (url: string, order: PlaceOrderInput) => {
  const sent: string[] = []
  const acknowledged = new Map<string, Receipt>()
  const caller = async () => {
    while (sent.length < SENT_MAX) {
      const commandId = randomUUID()
      sent.push(commandId)
      const input = { ...order, commandId, reference: commandId }
      const answer = await post(url, placeOrder, { input }).catch(() => undefined)
      if (answer === undefined) return
      const outcome = answer.data?.placeOrder
      if (outcome?.__typename === 'OrderAccepted') acknowledged.set(commandId, outcome)
    }
  }
  return { sent, acknowledged, done: Promise.all(Array.from({ length: CALLERS }, caller)) }
}

const referencesOf = async (url: string, readAfter: string | undefined) => {
  const references: (string | null)[] = []
  let after: string | null | undefined
  do {
    const { orders } = await dataOf(url, listOrders, { first: 100, after, readAfter })
    references.push(...orders.nodes.map(({ reference }) => reference))
    after = orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : undefined
  } while (after != null)
  return references
}

it('keeps every acknowledged order once when the server is killed under load and started again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readback-kill-'))
  await using removal = new AsyncDisposableStack()
  removal.defer(() => rm(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')

  await using first = await startServerProcess({}, ['--data', data])
  const { order } = await shop(overHttp(first.url))
  const load = placeUntilGone(first.url, order)
  await eventually(() => load.acknowledged.size >= ACKNOWLEDGED_MIN, { timeoutMs: 40_000 })
  await first.kill('SIGKILL')
  await load.done

  await using second = await startServerProcess({}, ['--data', data])
  const replayed = new Map<string, { readonly replayed: boolean } & Receipt>()
  for (const commandId of load.sent) {
    const input = { ...order, commandId, reference: commandId }
    const { placeOrder: outcome } = await dataOf(second.url, placeOrder, { input })
    if (outcome?.__typename === 'OrderAccepted') replayed.set(commandId, outcome)
  }
  for (const [commandId, { orderId, position }] of load.acknowledged)
    expect(replayed.get(commandId)).toMatchObject({ orderId, position, replayed: true })

  // What was sent but not answered has happened by now, too, and like the rest only once.
  const last = replayed.get(load.sent.at(-1) ?? '')?.position
  const references = await referencesOf(second.url, last)
  expect(new Set(references)).toStrictEqual(new Set(load.sent))
  expect(references).toHaveLength(load.sent.length)
  expect(load.sent.length).toBeLessThan(SENT_MAX)
}, 90_000)
