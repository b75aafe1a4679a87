import { formatDecimal, type Money } from '../domain/money.ts'
import type { AnyRefusal } from './any-refusal.ts'

const money = ({ minor, currency }: Money): string =>
  `${formatDecimal(minor, currency)} ${currency}`

const onLine = (line: number | null): string => (line === null ? '' : ` (line ${line})`)

type Named<Name extends AnyRefusal['type']> = Extract<AnyRefusal, { readonly type: Name }>

/** What happened, what was seen, what to do. */
const MESSAGES: {
  readonly [Name in AnyRefusal['type']]: (refusal: Named<Name>) => string
} = {
  OrderUnknown: (refusal) => `There is no order ${refusal.orderId}. Check the id.`,
  OrderAlreadyPlaced: (refusal) =>
    `The id ${refusal.orderId} belongs to an order already. Place the new one under another id, or under none.`,
  OrderAlreadyConfirmed: (refusal) => `The order was confirmed at ${refusal.confirmedAt}.`,
  OrderAlreadyCancelled: (refusal) =>
    `The order was cancelled at ${refusal.cancelledAt} (${refusal.reason}). Place a new one.`,
  OrderNotConfirmed: (refusal) => `The order is ${refusal.status}; it must be confirmed first.`,
  OrderAlreadyShipped: (refusal) =>
    `The order was shipped at ${refusal.shippedAt}; what has left can be returned, not stopped.`,
  OrderNotShipped: () => 'Nothing of the order has been shipped yet. Ship it first.',
  OrderAlreadyDelivered: (refusal) => `Everything shipped was delivered by ${refusal.deliveredAt}.`,
  OrderNotDelivered: () => 'Nothing of the order has been delivered yet.',
  OrderOnHold: (refusal) =>
    `The order is on hold since ${refusal.since} (${refusal.reason}). Release it first.`,
  OrderNotOnHold: () => 'The order is not on hold.',
  ReservationIncomplete: (refusal) =>
    `Line ${refusal.line} still lacks ${refusal.missing} in stock. Wait for the reservation.`,
  ReservationNotWanted: (refusal) =>
    `Line ${refusal.line} does not want ${refusal.quantity} more; they go back to the stock.`,
  LimitReached: (refusal) => `The order has ${refusal.limit} ${refusal.of}, the most it may have.`,
  LineUnknown: (refusal) => `The order has no line ${refusal.line}. Check the number.`,
  LineAlreadyShipped: (refusal) =>
    `Line ${refusal.line} can no longer be changed: ${refusal.shipped} of it have left.`,
  ShipmentExceedsOrder: (refusal) =>
    `Line ${refusal.line} has ${refusal.remaining} left to ship, not ${refusal.requested}. Ship fewer.`,
  CancellationExceedsOrder: (refusal) =>
    `Line ${refusal.line} has ${refusal.remaining} left to cancel, not ${refusal.requested}. Cancel fewer.`,
  ReturnExceedsDelivered: (refusal) =>
    `Line ${refusal.line} has ${refusal.remaining} left to return, not ${refusal.requested}. Return fewer.`,
  ShipmentUnknown: (refusal) => `The order has no shipment ${refusal.shipment}. Check the number.`,
  CurrencyMismatch: (refusal) =>
    `The order is in ${refusal.expected}, the amount in ${refusal.actual}. Give it in ${refusal.expected}.`,
  PaymentUnknown: (refusal) =>
    refusal.payment === null
      ? 'The order has no payment that this could be done with.'
      : `The order has no payment ${refusal.payment}. Check the number.`,
  PaymentNotUsable: (refusal) =>
    `Payment ${refusal.payment} is a ${refusal.kind} that is ${refusal.state}; choose another.`,
  PaymentAlreadySettled: (refusal) => `Payment ${refusal.payment} is ${refusal.state} already.`,
  PaymentUnderWay: (refusal) =>
    `Payment ${refusal.payment} (${refusal.kind}) is ${refusal.state}. Wait for the answer of the gateway.`,
  PaymentTokenMissing: () =>
    'The order was placed without a payment token. Give one to authorize with.',
  PaymentNotAuthorized: (refusal) =>
    `Only ${money(refusal.authorized)} of ${money(refusal.needed)} are authorized. Authorize the rest first.`,
  AuthorizationExceedsOrder: (refusal) =>
    `Only ${money(refusal.remaining)} are left to pay, and ${money(refusal.requested)} were asked for. Ask for less.`,
  CaptureExceedsAuthorized: (refusal) =>
    `Only ${money(refusal.capturable)} are held, and ${money(refusal.requested)} were asked for. Take less.`,
  RefundExceedsCaptured: (refusal) =>
    `Only ${money(refusal.refundable)} are left of what was taken, and ${money(refusal.requested)} were asked for. Give back less.`,
  OrderTotalTooLarge: (refusal) =>
    `The order's total is beyond ${money(refusal.limit)}. Split the order.`,
  DiscountTooLarge: (refusal) =>
    `The discount of ${money(refusal.discount)} on line ${refusal.line} is more than the line's ${money(refusal.lineAmount)}. Lower it.`,
  ProductUnknown: (refusal) =>
    `There is no product ${refusal.productId}${onLine(refusal.line)}. Check the id.`,
  ProductAlreadyRegistered: (refusal) =>
    `The id ${refusal.productId} belongs to a product already. Register the new one under another id, or under none.`,
  ProductIsDiscontinued: (refusal) =>
    `The product ${refusal.productId}${onLine(refusal.line)} was discontinued at ${refusal.discontinuedAt}. Choose another.`,
  StockShort: (refusal) =>
    `Only ${refusal.available} of ${refusal.productId} are available, and ${refusal.requested} were asked for. Ask for fewer.`,
  ReservationUnknown: (refusal) =>
    `Only ${refusal.reserved} of ${refusal.productId} are set aside for line ${refusal.line} of ${refusal.orderId}. Look at what was released or shipped before.`,
  ProductNotPriced: (refusal) =>
    `The product ${refusal.productId}${onLine(refusal.line)} has no price in ${refusal.currency}, but in ${refusal.pricedIn.join(', ')}. Order in one of these.`,
  PriceChanged: (refusal) =>
    `The price of ${refusal.productId}${onLine(refusal.line)} is ${money(refusal.actual)}, not the expected ${money(refusal.expected)}. Show the new price and ask again.`,
  CustomerUnknown: (refusal) => `There is no customer ${refusal.customerId}. Check the id.`,
  CustomerAlreadyRegistered: (refusal) =>
    `The id ${refusal.customerId} belongs to a customer already. Register the new one under another id, or under none.`,
  CustomerForgotten: (refusal) =>
    `The customer ${refusal.customerId} asked to be forgotten; nothing new is recorded about them.`,
  AddressUnknown: (refusal) =>
    `The customer ${refusal.customerId} has no address ${refusal.address}. Check the number.`,
  AddressBookFull: (refusal) =>
    `The customer ${refusal.customerId} has ${refusal.limit} addresses, the most they may have. Remove one.`,
  NothingToChange: () => 'Everything is as the command asks already; nothing was recorded.',
  OccurredTooEarly: (refusal) =>
    `The given time ${refusal.occurredAt} lies before ${refusal.notBefore}, when the thing came to be. Correct it.`,
  VersionConflict: (refusal) =>
    `You have seen version ${refusal.expectedVersion}; it is ${refusal.actualVersion} by now. Read it again and decide anew.`,
  CommandIdReused: (refusal) =>
    `The command id ${refusal.commandId} was used for a different command. Use a new id for each command.`,
  RebuildUnderWay: ({ progress: { name, done, of, failure } }) =>
    failure === undefined
      ? `A rebuild of ${name} is under way: ${done} of ${of} events. Wait for it, or cancel it.`
      : `A rebuild of ${name} has failed and goes no further: ${failure.replace(/\.$/, '')}. Cancel it, and begin another.`,
  RebuildNotUnderWay: (refusal) =>
    `No rebuild of ${refusal.projection} is under way; look at \`projections\` for whether it serves by now.`,
  ParkedStreamUnknown: (refusal) =>
    `Nothing is held back as ${refusal.parkedStreamId}. List what is with \`parkedStreams\`.`,
  ParkedEventIsAnother: ({ version, parked }) =>
    `Version ${version} of ${parked.stream} was to be given up, but the first that is held back is version ${parked.streamVersion}. Look at why that one is.`,
  TaskNotParked: (refusal) =>
    `There is no parked task ${refusal.taskId}. List what is not done with \`tasks\`.`,
}

/** For people; programs look at the type and its facts. */
export const refusalMessage = <Name extends AnyRefusal['type']>(
  refusal: Named<Name> & { readonly type: Name },
): string => MESSAGES[refusal.type](refusal)
