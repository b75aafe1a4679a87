import type { Position } from '../store/position.ts'
import type { AnyRefusal } from './any-refusal.ts'
import { builder } from './builder.ts'
import { refusalMessage } from './refusal-message.ts'
import { refusalPath, type RefusalFields } from './refusal-path.ts'

export type RefusalName = AnyRefusal['type']

/** A refused command, or operator's wish, on its way out. */
export interface Refused {
  readonly type: 'refused'
  readonly refusal: AnyRefusal
  readonly position: Position
  /** Where this mutation's input calls a field otherwise than others do. */
  readonly fields?: RefusalFields | undefined
}

/** Every refusal with what it means, in the order of the docs. The codes are these names in capitals. */
export const REFUSALS = {
  OrderUnknown: 'There is no order with this id.',
  OrderAlreadyPlaced: 'The id given for a new order belongs to one already.',
  OrderAlreadyConfirmed: 'The order was confirmed before.',
  OrderAlreadyCancelled: 'The order was cancelled before.',
  OrderNotConfirmed: 'The order must be confirmed before this can be done.',
  OrderAlreadyShipped: 'Everything has left already, or too much has for this to be done.',
  OrderNotShipped: 'Nothing has been shipped that could be delivered.',
  OrderAlreadyDelivered: 'Everything shipped was delivered before.',
  OrderNotDelivered: 'Nothing has been delivered that could come back.',
  OrderOnHold: 'The order is on hold.',
  OrderNotOnHold: 'The order is not on hold.',
  ReservationIncomplete: 'Not everything ordered is set aside in stock yet.',
  ReservationNotWanted: 'The line has all the stock it wants.',
  LimitReached: 'The order has as many of these as it may have.',
  LineUnknown: 'The order has no such line.',
  LineAlreadyShipped: 'Some of the line has left already.',
  ShipmentExceedsOrder: 'More is to be shipped than is left to ship.',
  CancellationExceedsOrder: 'More is to be cancelled than is left to ship.',
  ReturnExceedsDelivered: 'More came back than was delivered.',
  ShipmentUnknown: 'The order has no such shipment.',
  CurrencyMismatch: 'The amount is in another currency than the order.',
  PaymentUnknown: 'The order has no such payment.',
  PaymentNotUsable: 'The payment is not one that this can be done with.',
  PaymentAlreadySettled: 'What became of the payment is known already.',
  PaymentUnderWay: 'The gateway is still being asked.',
  PaymentTokenMissing: 'There is nothing to authorize the payment with.',
  PaymentNotAuthorized: 'The payment is not authorized yet.',
  AuthorizationExceedsOrder: 'More is to be authorized than is left to pay.',
  CaptureExceedsAuthorized: 'More is to be taken than is held.',
  RefundExceedsCaptured: 'More is to be given back than was taken.',
  OrderTotalTooLarge: 'The total is more than an amount of money may be.',
  DiscountTooLarge: 'A discount is more than the line it is given on.',
  ProductUnknown: 'There is no product with this id.',
  ProductAlreadyRegistered: 'The id given for a new product belongs to one already.',
  ProductIsDiscontinued: 'The product is no longer sold.',
  StockShort: 'There is less in stock than was asked for.',
  ReservationUnknown: 'Less is set aside for the line than was to be taken from it.',
  ProductNotPriced: 'The product has no price in the currency of the order.',
  PriceChanged: 'The price is not the one the client expected.',
  CustomerUnknown: 'There is no customer with this id.',
  CustomerAlreadyRegistered: 'The id given for a new customer belongs to one already.',
  CustomerForgotten: 'The customer asked to be forgotten.',
  AddressUnknown: 'The customer has no such address.',
  AddressBookFull: 'The customer has as many addresses as they may have.',
  NothingToChange: 'The command would change nothing.',
  OccurredTooEarly: 'The given time lies before the thing came to be.',
  VersionConflict: 'Somebody changed it since the version the client has seen.',
  CommandIdReused: 'The command id was used for a different command.',
  RebuildUnderWay: 'A rebuild of the read model was begun before and has not ended.',
  RebuildNotUnderWay: 'No rebuild of the read model is under way.',
  ParkedStreamUnknown: 'No such stream is held back: it may have been released meanwhile.',
  ParkedEventIsAnother: 'The first event that is held back is not the one to be given up.',
  TaskNotParked: 'There is no such task, or it is not parked: it may be done or due again.',
} as const satisfies Record<RefusalName, string>

export const REFUSAL_NAMES = Object.keys(REFUSALS) as readonly RefusalName[]

/** `PriceChanged` becomes `PRICE_CHANGED`. */
export const refusalCode = (name: RefusalName): string =>
  name.replace(/(?<!^)(?=[A-Z])/g, '_').toUpperCase()

const RefusalCode = builder.enumType('RefusalCode', {
  description:
    'Why a command, or what an operator asked for, was refused. One code for each type that implements `Refusal`.',
  values: Object.fromEntries(
    REFUSAL_NAMES.map((name) => [refusalCode(name), { value: name, description: REFUSALS[name] }]),
  ),
})

export const RefusalInterface = builder.interfaceRef<Refused>('Refusal').implement({
  description:
    'The answer is no, for what was seen. Nothing was written. Each refusal is a type of its own with the facts behind it.',
  fields: (t) => ({
    code: t.field({
      type: RefusalCode,
      description: 'Which refusal it is, for programs.',
      resolve: ({ refusal }) => refusal.type,
    }),
    message: t.string({
      description: 'What happened, what was seen and what to do, in English, for people.',
      resolve: ({ refusal }) => refusalMessage(refusal),
    }),
    path: t.stringList({
      nullable: true,
      description:
        'The argument it is about, for example `["input", "lines", "0"]`; null for the whole.',
      resolve: ({ refusal, fields }) => refusalPath(refusal, fields),
    }),
    position: t.field({
      type: 'Position',
      description:
        'Where the last event stands that the refusal rests on. Reading at it shows why. The start of the log when it rests on there being none, as what operators are told does.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
  }),
})
