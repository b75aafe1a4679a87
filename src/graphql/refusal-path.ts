import type { AnyRefusal } from './any-refusal.ts'

/** The field of the input that a refusal is about, where it is about one. */
const FIELDS: Readonly<Record<AnyRefusal['type'], string | null>> = {
  OrderUnknown: 'orderId',
  OrderAlreadyPlaced: 'id',
  OrderAlreadyConfirmed: null,
  OrderAlreadyCancelled: null,
  OrderNotConfirmed: null,
  OrderAlreadyShipped: null,
  OrderNotShipped: null,
  OrderAlreadyDelivered: null,
  OrderNotDelivered: null,
  OrderOnHold: null,
  OrderNotOnHold: null,
  ReservationIncomplete: null,
  ReservationNotWanted: null,
  LimitReached: null,
  LineUnknown: 'items',
  LineAlreadyShipped: null,
  ShipmentExceedsOrder: 'items',
  CancellationExceedsOrder: 'items',
  ReturnExceedsDelivered: 'items',
  ShipmentUnknown: 'shipmentId',
  CurrencyMismatch: 'amount',
  PaymentUnknown: 'paymentId',
  PaymentNotUsable: 'paymentId',
  PaymentAlreadySettled: 'paymentId',
  PaymentUnderWay: 'paymentId',
  PaymentTokenMissing: 'token',
  PaymentNotAuthorized: null,
  AuthorizationExceedsOrder: 'amount',
  CaptureExceedsAuthorized: 'amount',
  RefundExceedsCaptured: 'amount',
  OrderTotalTooLarge: 'lines',
  DiscountTooLarge: 'discount',
  ProductUnknown: 'productId',
  ProductAlreadyRegistered: 'id',
  ProductIsDiscontinued: 'productId',
  StockShort: 'quantity',
  ReservationUnknown: null,
  ProductNotPriced: 'productId',
  PriceChanged: 'expectedUnitPrice',
  CustomerUnknown: 'customerId',
  CustomerAlreadyRegistered: 'id',
  CustomerForgotten: 'customerId',
  AddressUnknown: 'addressId',
  AddressBookFull: null,
  NothingToChange: null,
  OccurredTooEarly: 'occurredAt',
  VersionConflict: 'expectedVersion',
  CommandIdReused: 'commandId',
  RebuildUnderWay: 'projection',
  RebuildNotUnderWay: 'projection',
  ParkedStreamUnknown: 'parkedStreamId',
  ParkedEventIsAnother: 'version',
  TaskNotParked: 'taskId',
}

/** Those whose line is a place in the list of wanted lines, not the number of a line of the order. */
const PLACED_LINES: ReadonlySet<AnyRefusal['type']> = new Set([
  'DiscountTooLarge',
  'ProductUnknown',
  'ProductIsDiscontinued',
  'ProductNotPriced',
  'PriceChanged',
])

export type RefusalFields = Readonly<Partial<Record<AnyRefusal['type'], string>>>

/** The argument a refusal is about, for forms that show it beside the field; null for the whole. */
export const refusalPath = (
  refusal: AnyRefusal,
  otherwise: RefusalFields = {},
): readonly string[] | null => {
  const field = otherwise[refusal.type] ?? FIELDS[refusal.type]
  if (field === null) return null
  const line = PLACED_LINES.has(refusal.type) && 'line' in refusal ? refusal.line : null
  // Refusals count lines from 1, as people do; a path counts from 0, as lists do.
  return line === null ? ['input', field] : ['input', 'lines', String(line - 1), field]
}
