import { v7 as uuidV7 } from 'uuid'
import { dice as seededDice, type Dice } from '../domain/dice.ts'
import type { Ledger } from '../ledger/ledger.ts'
import {
  type ClientSetting,
  ledgerClient,
  type LedgerClient,
  numberOf,
  type Outcome,
  type Sending,
  sending,
} from './ledger-client.ts'
import {
  adjustForLedger,
  noteForLedger,
  placeForLedger,
  receiveForLedger,
} from './ledger-documents.ts'
import { overHttp, type Shop, shop } from './shop.ts'

const HOT_CLIENTS = 32
const SPREAD_CLIENTS = 8
/** More than are sent in any run. */
const SENT_EACH_MAX = 20_000

/** How many commands were accepted so far. */
export const accepted = ({ lines }: Ledger): number =>
  lines.reduce((count, { type }) => (type === 'ok' ? count + 1 : count), 0)

export interface StockShort {
  readonly productId: string
  readonly position: number
  readonly available: number
}

/** Clients that all want the same product and order, others that place their own, until told to stop. */
export interface LedgerLoad {
  /** What stands up to here was made before the ledger began. */
  readonly begunAfter: number
  /** Every refusal for want of stock, with what it rests on. */
  readonly shorts: readonly StockShort[]
  /** Every command that is under way gets its answer. */
  stop(): Promise<void>
}

export const startLedgerLoad = async (of: {
  readonly ledger: Ledger
  readonly server: () => Promise<string>
  readonly seed: number
}): Promise<LedgerLoad> => {
  const { ledger, server, seed } = of
  const { productId, order, place } = await shop(overHttp(await server()))
  const { orderId, position } = await place()
  const shorts: StockShort[] = []
  const onRefused = ({ stream }: Sending, outcome: Outcome) => {
    if (outcome.available === undefined) return
    const rests = { position: numberOf(outcome.position), available: outcome.available }
    shorts.push({ productId: stream, ...rests })
  }
  const dice = seededDice(seed)
  const hot: Wishes = (commandId) => hotWish(dice, { commandId, productId, orderId })
  const own: Wishes = (commandId) => placing(order, commandId)
  let isOver = false
  const run = async (wishes: Wishes, setting: ClientSetting): Promise<void> => {
    const client = ledgerClient(setting)
    const settled: Sending[] = []
    for (let sent = 0; sent < SENT_EACH_MAX && !isOver; sent += 1) {
      await stepOf({ client, dice, wishes, settled })
      if (dice.chance(10)) await client.read({ product: productId, order: orderId })
    }
  }
  const clients = Array.from({ length: HOT_CLIENTS + SPREAD_CLIENTS }, (_, n) =>
    run(n < HOT_CLIENTS ? hot : own, { name: `client-${n}`, ledger, server, onRefused }),
  )
  const done = Promise.all(clients)
  // Told by stop, which everybody calls.
  done.catch(() => {})
  return {
    begunAfter: numberOf(position),
    shorts,
    async stop() {
      isOver = true
      await done
    },
  }
}

/** Something to be done under an id; another thing each time. */
type Wishes = (commandId: string) => Sending

interface Stepping {
  readonly client: LedgerClient
  readonly dice: Dice
  readonly wishes: Wishes
  readonly settled: Sending[]
}

const stepOf = async ({ client, dice, wishes, settled }: Stepping): Promise<void> => {
  const id = uuidV7()
  const wish = wishes(id)
  const kind = dice.roll(100)
  // Alone, twice at once, beside another with its id, or one that was answered long ago.
  if (kind < 70) await client.settle(wish)
  else if (kind < 80) await Promise.all([client.settle(wish), client.settle(wish)])
  else if (kind < 90) await Promise.all([client.settle(wish), client.settle(wishes(id))])
  else if (settled.length > 0) await client.settle(dice.pick(settled))
  settled.push(wish)
}

const hotWish = (
  dice: Dice,
  of: { readonly commandId: string; readonly productId: string; readonly orderId: string },
): Sending => {
  const { commandId, productId, orderId } = of
  const remark = `remark ${uuidV7()}`
  const kind = dice.roll(100)
  if (kind < 20) {
    const input = { commandId, orderId, text: remark }
    const event = { type: 'OrderNoteAdded', data: { text: remark } }
    return { commandId, stream: orderId, event, send: sending(noteForLedger, { input }) }
  }
  if (kind < 50) {
    const delta = -1 - dice.roll(20)
    const input = { commandId, productId, delta, reason: 'COUNTED' as const, note: remark }
    const event = { type: 'StockAdjusted', data: { delta, note: remark } }
    return { commandId, stream: productId, event, send: sending(adjustForLedger, { input }) }
  }
  const quantity = 1 + dice.roll(5)
  // Nobody knows the version in this crowd: mostly refused, and told the present one.
  const insisting = dice.chance(10) ? { expectedVersion: 2 + dice.roll(200) } : {}
  const input = { commandId, productId, quantity, note: remark, ...insisting }
  const event = { type: 'StockReceived', data: { quantity, note: remark } }
  const send = sending(receiveForLedger, { input })
  return { commandId, stream: productId, event, send, ...insisting }
}

const placing = (order: Shop['order'], commandId: string): Sending => {
  const id = `order-${uuidV7()}`
  const input = { ...order, id, commandId, reference: id, fulfilment: 'MANUAL' as const }
  const event = { type: 'OrderPlaced', data: { reference: id } }
  return { commandId, stream: id, event, send: sending(placeForLedger, { input }) }
}
