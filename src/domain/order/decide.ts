import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import type { Instant } from '../instant.ts'
import { occurredAtOf, tooEarly } from '../timing.ts'
import type { CancelOrder, ConfirmOrder, DeliverOrder, OrderCommand, ShipOrder } from './command.ts'
import type { OrderDelivered, OrderEvent } from './events.ts'
import type { ConfirmedOrder, OrderState, PendingOrder } from './evolve.ts'
import { remainingOf } from './evolve.ts'
import { placeOrder } from './place.ts'
import type { OrderRefusal } from './refusal.ts'

type OrderDecision = Decision<OrderEvent, OrderRefusal>
type LiveOrder = PendingOrder | ConfirmedOrder
type LaterCommand = Exclude<OrderCommand, { type: 'PlaceOrder' }>

const lastShippedAt = (state: LiveOrder): Instant | undefined =>
  state.status === 'CONFIRMED' ? state.shipments.at(-1)?.shippedAt : undefined

type Objection<Command extends LaterCommand> = (
  command: Command,
  state: LiveOrder,
) => OrderRefusal | null

const againstConfirming: Objection<ConfirmOrder> = ({ orderId }, state) =>
  state.status === 'PENDING'
    ? null
    : { type: 'OrderAlreadyConfirmed', orderId, confirmedAt: state.confirmedAt }

const againstShipping: Objection<ShipOrder> = ({ orderId }, state) => {
  if (state.status === 'PENDING') return { type: 'OrderNotConfirmed', orderId, status: 'PENDING' }
  if (state.lines.some((line) => remainingOf(line) > 0)) return null
  const shippedAt = lastShippedAt(state) ?? state.confirmedAt
  return { type: 'OrderAlreadyShipped', orderId, shippedAt }
}

const againstDelivering: Objection<DeliverOrder> = ({ orderId }, state) => {
  const last = state.status === 'CONFIRMED' ? state.shipments.at(-1) : undefined
  if (last === undefined) return { type: 'OrderNotShipped', orderId }
  if (last.deliveredAt === null || shipmentsUnderway(state).length > 0) return null
  return { type: 'OrderAlreadyDelivered', orderId, deliveredAt: last.deliveredAt }
}

const againstCancelling: Objection<CancelOrder> = ({ orderId }, state) => {
  const shippedAt = lastShippedAt(state)
  return shippedAt === undefined ? null : { type: 'OrderAlreadyShipped', orderId, shippedAt }
}

/** What the order's own progress says against a command; null when nothing does. */
const refusalFor = (command: LaterCommand, state: LiveOrder): OrderRefusal | null => {
  switch (command.type) {
    case 'ConfirmOrder':
      return againstConfirming(command, state)
    case 'ShipOrder':
      return againstShipping(command, state)
    case 'DeliverOrder':
      return againstDelivering(command, state)
    case 'CancelOrder':
      return againstCancelling(command, state)
  }
}

const shipmentsUnderway = (state: LiveOrder): ConfirmedOrder['shipments'] =>
  state.status === 'CONFIRMED'
    ? state.shipments.filter((shipment) => shipment.deliveredAt === null)
    : []

const ship = (command: ShipOrder, state: LiveOrder): OrderDecision => {
  const remaining = state.lines.filter((line) => remainingOf(line) > 0)
  return accepted<OrderEvent>({
    type: 'OrderShipped',
    data: {
      occurredAt: occurredAtOf(command),
      shipment: state.status === 'CONFIRMED' ? state.shipments.length + 1 : 1,
      items: remaining.map((line) => ({ line: line.line, quantity: remainingOf(line) })),
    },
  })
}

const deliver = (command: DeliverOrder, state: LiveOrder): OrderDecision => {
  const occurredAt = occurredAtOf(command)
  const [first, ...others] = shipmentsUnderway(state).map(
    ({ shipment, items }): OrderDelivered => ({
      type: 'OrderDelivered',
      data: { occurredAt, shipment, items },
    }),
  )
  if (first === undefined) return refused({ type: 'OrderNotShipped', orderId: command.orderId })
  return accepted<OrderEvent>(first, ...others)
}

const cancel = (command: CancelOrder): OrderDecision => {
  const { reason, note } = command
  const occurredAt = occurredAtOf(command)
  return accepted<OrderEvent>({ type: 'OrderCancelled', data: { occurredAt, reason, note } })
}

const decideLater = (command: LaterCommand, state: OrderState): OrderDecision => {
  const { orderId } = command
  if (state.status === 'NONE') return refused({ type: 'OrderUnknown', orderId })
  if (state.status === 'CANCELLED') {
    const { cancelledAt, reason } = state
    return refused({ type: 'OrderAlreadyCancelled', orderId, cancelledAt, reason })
  }
  const refusal = refusalFor(command, state) ?? tooEarly(command, state.placedAt)
  if (refusal !== null) return refused(refusal)
  switch (command.type) {
    case 'ConfirmOrder':
      return accepted<OrderEvent>({
        type: 'OrderConfirmed',
        data: { occurredAt: occurredAtOf(command) },
      })
    case 'ShipOrder':
      return ship(command, state)
    case 'DeliverOrder':
      return deliver(command, state)
    case 'CancelOrder':
      return cancel(command)
  }
}

export const decideOrder = (command: OrderCommand, state: OrderState): OrderDecision => {
  if (command.type !== 'PlaceOrder') return decideLater(command, state)
  const { orderId } = command
  return state.status === 'NONE'
    ? placeOrder(command)
    : refused({ type: 'OrderAlreadyPlaced', orderId })
}
