import type { OrderId } from '../identity.ts'
import { parseOrderId } from '../identity.ts'
import { after } from '../instant.ts'
import type { OrderEvent, OrderPlaced, StockItems } from '../order/events.ts'
import { ORDER_EVENT_TYPES } from '../order/events.ts'
import type { DomainEvent } from '../stored.ts'
import type {
  Occurrence,
  OrderTaskCommand,
  ProcessRules,
  ProductTaskCommand,
  Task,
  TaskOutcome,
  Withdrawal,
} from './task.ts'
import { UnsoundAnswer } from './task.ts'

export type FulfilmentSettings = {
  /** How long stock is set aside for an order that is not confirmed. */
  readonly reservationMs: number
}

const isOrderEvent = (event: DomainEvent): event is OrderEvent =>
  ORDER_EVENT_TYPES.some((type) => type === event.type)

const orderTask = (command: OrderTaskCommand, target = ''): Task => ({
  name: command.type,
  target,
  key: command.orderId,
  work: { type: 'command', aggregate: 'order', command },
  dueAt: null,
})

type StockAction = ProductTaskCommand['type']

const stockTasks = (
  type: StockAction,
  orderId: OrderId,
  items: readonly StockItems[],
): readonly Task[] =>
  items.map(({ line, productId, quantity }) => ({
    name: type,
    target: String(line),
    key: orderId,
    work: {
      type: 'command',
      aggregate: 'product',
      command: { type, productId, orderId, line, quantity },
    },
    dueAt: null,
  }))

const confirm = (orderId: OrderId): Task => orderTask({ type: 'ConfirmOrder', orderId })

/** All is set aside: pay, or if nobody pays here, go on. */
const proceed = (orderId: OrderId, { data }: OrderPlaced): Task =>
  data.payment === null
    ? confirm(orderId)
    : orderTask({ type: 'AuthorizePayment', orderId, amount: null, token: null })

const giveUp = (orderId: OrderId, reason: 'OUT_OF_STOCK' | 'PAYMENT_DECLINED'): Task =>
  orderTask({ type: 'CancelOrder', orderId, reason, note: null, onlyPending: true })

type Reaction = {
  readonly orderId: OrderId
  readonly origin: OrderPlaced
  readonly deadline: Task
}

const onPayment = (
  event: Extract<OrderEvent, { type: 'PaymentSucceeded' | 'PaymentDeclined' }>,
  orderId: OrderId,
): readonly Task[] => {
  if (event.data.kind !== 'AUTHORIZATION') return []
  return [
    event.type === 'PaymentSucceeded' ? confirm(orderId) : giveUp(orderId, 'PAYMENT_DECLINED'),
  ]
}

const reactTo = (event: OrderEvent, reaction: Reaction): readonly (Task | Withdrawal)[] => {
  const { orderId, origin, deadline } = reaction
  const clockStops: Withdrawal = { withdraw: deadline.key }
  switch (event.type) {
    case 'OrderPlaced':
      return [...stockTasks('ReserveStock', orderId, event.data.lines), deadline]
    case 'OrderLinesChanged':
      return [
        ...stockTasks('ReserveStock', orderId, event.data.reserve),
        ...stockTasks('ReleaseStock', orderId, event.data.release),
        ...(event.data.complete ? [proceed(orderId, origin)] : []),
      ]
    case 'OrderReservationRecorded': {
      const { excess, complete, ...item } = event.data
      const back = excess > 0 ? [{ ...item, quantity: excess }] : []
      return [
        ...stockTasks('ReleaseStock', orderId, back),
        ...(complete ? [proceed(orderId, origin)] : []),
      ]
    }
    // Whatever came while it was held was refused, and is asked again.
    case 'OrderReleased':
      return [confirm(orderId), deadline]
    case 'PaymentSucceeded':
    case 'PaymentDeclined':
      return onPayment(event, orderId)
    case 'OrderShipped':
      return stockTasks('ShipStock', orderId, event.data.stock)
    case 'OrderLinesCancelled':
      return stockTasks('ReleaseStock', orderId, event.data.release)
    case 'OrderCancelled':
      return [...stockTasks('ReleaseStock', orderId, event.data.release), clockStops]
    case 'OrderItemsReturned':
      return event.data.restock ? stockTasks('RestockItems', orderId, event.data.items) : []
    case 'OrderConfirmed':
    case 'OrderHeld':
      return [clockStops]
    case 'OrderShippingAddressChanged':
    case 'OrderDelivered':
    case 'OrderNoteAdded':
    case 'OrderTagged':
    case 'OrderUntagged':
    case 'PaymentRequested':
    case 'PaymentUnresolved':
    case 'PaymentExpired':
      return []
  }
}

const answerProduct = (command: ProductTaskCommand, outcome: TaskOutcome): readonly Task[] => {
  const { orderId, productId, line, quantity } = command
  if (command.type === 'ReserveStock') {
    const item = { line, productId, quantity }
    return outcome.type === 'accepted'
      ? [orderTask({ type: 'RecordReservation', orderId, ...item }, String(line))]
      : [giveUp(orderId, 'OUT_OF_STOCK')]
  }
  if (outcome.type === 'accepted') return []
  const why = outcome.type === 'refused' ? outcome.refusal.type : outcome.type
  throw new UnsoundAnswer(
    `${command.type} of ${quantity} for line ${line} of ${orderId} was answered ${why}; ` +
      `compare the stream of ${productId} with the order's`,
  )
}

const answerOrder = (command: OrderTaskCommand, outcome: TaskOutcome): readonly Task[] => {
  if (outcome.type !== 'refused') return []
  const { orderId } = command
  switch (command.type) {
    case 'RecordReservation':
      return stockTasks('ReleaseStock', orderId, [command])
    // Nothing is left to authorize: somebody did it by hand, or there is nothing to pay.
    case 'AuthorizePayment':
      return outcome.refusal.type === 'AuthorizationExceedsOrder' ? [confirm(orderId)] : []
    // The order went another way meanwhile, and that way has tasks of its own.
    case 'ConfirmOrder':
    case 'CancelOrder':
    case 'ExpireOrder':
    case 'RecordPaymentResult':
    case 'RecordPaymentExpiry':
      return []
  }
}

/** Ties stock, payment and order together, for orders that are not driven by hand. */
export const fulfilment = ({ reservationMs }: FulfilmentSettings): ProcessRules => ({
  react: ({ stream, event, recordedAt }: Occurrence, origin) => {
    const orderId = parseOrderId(stream)
    if (orderId === undefined || !isOrderEvent(event)) return []
    if (origin.type !== 'OrderPlaced' || origin.data.fulfilment === 'MANUAL') return []
    const deadline: Task = {
      ...orderTask({ type: 'ExpireOrder', orderId }),
      // Its time is far off, and nothing of the order shall wait for it.
      key: `${orderId}/deadline`,
      dueAt: after(recordedAt, reservationMs),
    }
    return reactTo(event, { orderId, origin, deadline })
  },
  answer: ({ work }, outcome) => {
    if (work.type === 'gateway') return []
    return work.aggregate === 'product'
      ? answerProduct(work.command, outcome)
      : answerOrder(work.command, outcome)
  },
})
