import type { KnownRefusal as AnyRefusal } from '../command/commands.ts'

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
  OrderTotalTooLarge: 'lines',
  DiscountTooLarge: 'discount',
  ProductUnknown: 'productId',
  ProductAlreadyRegistered: 'id',
  ProductIsDiscontinued: 'productId',
  ProductNotPriced: 'productId',
  PriceChanged: 'expectedUnitPrice',
  CustomerUnknown: 'customerId',
  CustomerAlreadyRegistered: 'id',
  CustomerForgotten: 'customerId',
  NothingToChange: null,
  OccurredTooEarly: 'occurredAt',
  VersionConflict: 'expectedVersion',
  CommandIdReused: 'commandId',
}

export type RefusalFields = Readonly<Partial<Record<AnyRefusal['type'], string>>>

/** The argument a refusal is about, for forms that show it beside the field; null for the whole. */
export const refusalPath = (
  refusal: AnyRefusal,
  otherwise: RefusalFields = {},
): readonly string[] | null => {
  const field = otherwise[refusal.type] ?? FIELDS[refusal.type]
  if (field === null) return null
  const line = 'line' in refusal ? refusal.line : null
  // Refusals count lines from 1, as people do; a path counts from 0, as lists do.
  return line === null ? ['input', field] : ['input', 'lines', String(line - 1), field]
}
