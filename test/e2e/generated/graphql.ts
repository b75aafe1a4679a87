/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A remark on an order. */
export type AddOrderNoteInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is. */
  expectedVersion?: number | null | undefined;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** Which order. */
  orderId: string | number;
  /** The remark. At most 2,000 characters; not for personal data. */
  text: string;
  /** Whom it is meant for; INTERNAL when left out. */
  visibility?: NoteVisibility | null | undefined;
};

/** A postal address. */
export type AddressInput = {
  /** City or place. At most 100 characters. */
  city: string;
  /** Country, as it should be shown. At most 100 characters. */
  country: string;
  /** Whom or what to ask for there, when it is not the customer. At most 200 characters. */
  name?: string | null | undefined;
  /** Postal code. At most 20 characters. */
  postalCode?: string | null | undefined;
  /** State, province or region. At most 100 characters. */
  region?: string | null | undefined;
  /** Street and number, or what stands for them. At most 200 characters. */
  street: string;
};

/** How far the books are off. */
export type AdjustStockInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** How many more there are than the books said, or fewer if below 0; not 0. */
  delta: number;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is. */
  expectedVersion?: number | null | undefined;
  /** A remark. At most 500 characters; not for personal data. */
  note?: string | null | undefined;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** Which product. */
  productId: string | number;
  /** Why. */
  reason: AdjustmentReason;
};

/** Why there are more of a product, or fewer, than the books said. */
export type AdjustmentReason =
  /** They were counted. */
  | 'COUNTED'
  /** Some can no longer be sold. */
  | 'DAMAGED'
  /** Some turned up. */
  | 'FOUND'
  /** Some are gone. */
  | 'LOST'
  /** Something else; see the note. */
  | 'OTHER';

/** Which order to give up, and why. */
export type CancelOrderInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is. */
  expectedVersion?: number | null | undefined;
  /** More about why. At most 500 characters; not for personal data. */
  note?: string | null | undefined;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** Which order. */
  orderId: string | number;
  /** Why. */
  reason: CancelReason;
};

/** Why an order was cancelled. */
export type CancelReason =
  /** The customer wished so. */
  | 'CUSTOMER'
  /** Something else; see the note. */
  | 'OTHER'
  /** There was not enough in stock. */
  | 'OUT_OF_STOCK'
  /** The payment was declined. */
  | 'PAYMENT_DECLINED'
  /** It was not paid in time. */
  | 'PAYMENT_EXPIRED'
  /** We decided so. */
  | 'STAFF';

/** A new price. */
export type ChangeProductPriceInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is. */
  expectedVersion?: number | null | undefined;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** What one of it costs from now on in this currency, whether or not it had a price in it. */
  price: MoneyInput;
  /** Which product. */
  productId: string | number;
};

/** Which order to agree to. */
export type ConfirmOrderInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is. */
  expectedVersion?: number | null | undefined;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** Which order. */
  orderId: string | number;
};

/** What has arrived. */
export type DeliverOrderInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is. */
  expectedVersion?: number | null | undefined;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** Which order. */
  orderId: string | number;
  /** Which parcel, `<order id>/shipment/<number>`; every one on its way when left out. */
  shipmentId?: string | number | null | undefined;
};

/** What is taken off a line: an amount or a rate. For staff. */
export type DiscountInput =
  {   /** Off the whole line, in the order's currency. */
  amount: string; rate?: never; }
  |  { amount?: never;   /** A share of the line from `"0"` to `"1"` with at most four decimals; rounded half to even on the smallest unit. */
  rate: string; };

/** Who moves the order on. */
export type FulfilmentMode =
  /** The fulfilment process reserves stock, authorizes the payment and confirms it. */
  | 'AUTOMATIC'
  /** People do, by commands; no process touches it. */
  | 'MANUAL';

/** How far the goods are, derived from what each line has shipped, delivered and returned. */
export type FulfilmentStatus =
  /** All has been delivered. */
  | 'DELIVERED'
  /** Some has been delivered. */
  | 'PARTIALLY_DELIVERED'
  /** Some of what was delivered came back. */
  | 'PARTIALLY_RETURNED'
  /** Some has been shipped, nothing delivered. */
  | 'PARTIALLY_SHIPPED'
  /** All that was delivered came back. */
  | 'RETURNED'
  /** All has been shipped, nothing delivered. */
  | 'SHIPPED'
  /** Nothing has been shipped. */
  | 'UNFULFILLED';

/** An amount of money. */
export type MoneyInput = {
  /** In the major unit, with at most as many decimals as the currency has. */
  amount: string;
  /** The ISO 4217 code. */
  currencyCode: string;
};

/** Whom a note is meant for. */
export type NoteVisibility =
  /** Staff only. */
  | 'INTERNAL'
  /** The customer too. */
  | 'PUBLIC';

/** Some of a line. */
export type OrderItemInput = {
  /** Which line, `<order id>/line/<number>`. */
  lineId: string | number;
  /** How many, from 1 to 1,000,000. */
  quantity: number;
};

/** Some of one product. */
export type OrderLineInput = {
  /** What is taken off the line. For staff. */
  discount?: DiscountInput | null | undefined;
  /** The price the client was shown, in the order's currency. If it is another by now, the order is refused as `PriceChanged`. */
  expectedUnitPrice?: string | null | undefined;
  /** Which product. */
  productId: string | number;
  /** How many, from 1 to 1,000,000. */
  quantity: number;
  /** A price of its own instead of the product's, in the order's currency. For staff. */
  unitPrice?: string | null | undefined;
};

/** How an order is paid. */
export type OrderPaymentInput = {
  /** What the payment provider's own form made of the card. At most 200 characters; never shown again. */
  token: string;
};

/** How far the order itself is. */
export type OrderStatus =
  /** Given up before anything was shipped. */
  | 'CANCELLED'
  /** Nothing is left to be done for it. */
  | 'COMPLETED'
  /** Agreed to; it is being paid, shipped and delivered. */
  | 'CONFIRMED'
  /** Placed, and not yet agreed to. */
  | 'PENDING';

/** What the payment gateway is asked to do. */
export type PaymentKind =
  /** To hold an amount for us. */
  | 'AUTHORIZATION'
  /** To take what it holds. */
  | 'CAPTURE'
  /** To give back what was taken. */
  | 'REFUND'
  /** To let go of what it holds. */
  | 'VOID';

/** What became of a request to the payment gateway. */
export type PaymentState =
  /** The gateway would not. */
  | 'DECLINED'
  /** What was held ran out before it was taken. */
  | 'EXPIRED'
  /** The gateway is being asked. */
  | 'REQUESTED'
  /** It was done. */
  | 'SUCCEEDED'
  /** The gateway gave no answer; it is being found out what it did. */
  | 'UNRESOLVED';

/** What is ordered, by whom. */
export type PlaceOrderInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** The currency of all its amounts; each product must have a price in it. */
  currencyCode: string;
  /** Who orders. */
  customerId: string | number;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** Who moves it on: MANUAL, which is meant when left out, leaves it to the commands of staff; AUTOMATIC has stock reserved, the payment authorized and the order confirmed by itself. */
  fulfilment?: FulfilmentMode | null | undefined;
  /** An id of the client's own making for the order: `order-` and a UUID in lower case. */
  id?: string | number | null | undefined;
  /** What is ordered, from 1 to 500 lines. One product may stand on several. */
  lines: Array<OrderLineInput>;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** How it is paid. An AUTOMATIC order with it is confirmed once the total is authorized; left out, payment is left to others. */
  payment?: OrderPaymentInput | null | undefined;
  /** The caller's own number for it. At most 100 characters. */
  reference?: string | null | undefined;
  /** Where to ship it; the customer's own address when left out. */
  shipTo?: AddressInput | null | undefined;
  /** What shipping costs, in the order's currency. For staff; else the pricing policy says. */
  shippingFee?: string | null | undefined;
  /** The tax on top, in the order's currency. For staff; else the pricing policy says. */
  tax?: string | null | undefined;
};

/** What came in. */
export type ReceiveStockInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is. */
  expectedVersion?: number | null | undefined;
  /** A remark. At most 500 characters; not for personal data. */
  note?: string | null | undefined;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** Which product. */
  productId: string | number;
  /** How many, from 1 to 1,000,000,000. */
  quantity: number;
};

/** Why a command, or what an operator asked for, was refused. One code for each type that implements `Refusal`. */
export type RefusalCode =
  /** The customer has as many addresses as they may have. */
  | 'ADDRESS_BOOK_FULL'
  /** The customer has no such address. */
  | 'ADDRESS_UNKNOWN'
  /** More is to be authorized than is left to pay. */
  | 'AUTHORIZATION_EXCEEDS_ORDER'
  /** More is to be cancelled than is left to ship. */
  | 'CANCELLATION_EXCEEDS_ORDER'
  /** More is to be taken than is held. */
  | 'CAPTURE_EXCEEDS_AUTHORIZED'
  /** The command id was used for a different command. */
  | 'COMMAND_ID_REUSED'
  /** The amount is in another currency than the order. */
  | 'CURRENCY_MISMATCH'
  /** The id given for a new customer belongs to one already. */
  | 'CUSTOMER_ALREADY_REGISTERED'
  /** The customer asked to be forgotten. */
  | 'CUSTOMER_FORGOTTEN'
  /** There is no customer with this id. */
  | 'CUSTOMER_UNKNOWN'
  /** A discount is more than the line it is given on. */
  | 'DISCOUNT_TOO_LARGE'
  /** The order has as many of these as it may have. */
  | 'LIMIT_REACHED'
  /** Some of the line has left already. */
  | 'LINE_ALREADY_SHIPPED'
  /** The order has no such line. */
  | 'LINE_UNKNOWN'
  /** The command would change nothing. */
  | 'NOTHING_TO_CHANGE'
  /** The given time lies before the thing came to be. */
  | 'OCCURRED_TOO_EARLY'
  /** The order was cancelled before. */
  | 'ORDER_ALREADY_CANCELLED'
  /** The order was confirmed before. */
  | 'ORDER_ALREADY_CONFIRMED'
  /** Everything shipped was delivered before. */
  | 'ORDER_ALREADY_DELIVERED'
  /** The id given for a new order belongs to one already. */
  | 'ORDER_ALREADY_PLACED'
  /** Everything has left already, or too much has for this to be done. */
  | 'ORDER_ALREADY_SHIPPED'
  /** The order must be confirmed before this can be done. */
  | 'ORDER_NOT_CONFIRMED'
  /** Nothing has been delivered that could come back. */
  | 'ORDER_NOT_DELIVERED'
  /** The order is not on hold. */
  | 'ORDER_NOT_ON_HOLD'
  /** Nothing has been shipped that could be delivered. */
  | 'ORDER_NOT_SHIPPED'
  /** The order is on hold. */
  | 'ORDER_ON_HOLD'
  /** The total is more than an amount of money may be. */
  | 'ORDER_TOTAL_TOO_LARGE'
  /** There is no order with this id. */
  | 'ORDER_UNKNOWN'
  /** The first event that is held back is not the one to be given up. */
  | 'PARKED_EVENT_IS_ANOTHER'
  /** No such stream is held back: it may have been released meanwhile. */
  | 'PARKED_STREAM_UNKNOWN'
  /** What became of the payment is known already. */
  | 'PAYMENT_ALREADY_SETTLED'
  /** The payment is not authorized yet. */
  | 'PAYMENT_NOT_AUTHORIZED'
  /** The payment is not one that this can be done with. */
  | 'PAYMENT_NOT_USABLE'
  /** There is nothing to authorize the payment with. */
  | 'PAYMENT_TOKEN_MISSING'
  /** The gateway is still being asked. */
  | 'PAYMENT_UNDER_WAY'
  /** The order has no such payment. */
  | 'PAYMENT_UNKNOWN'
  /** The price is not the one the client expected. */
  | 'PRICE_CHANGED'
  /** The id given for a new product belongs to one already. */
  | 'PRODUCT_ALREADY_REGISTERED'
  /** The product is no longer sold. */
  | 'PRODUCT_IS_DISCONTINUED'
  /** The product has no price in the currency of the order. */
  | 'PRODUCT_NOT_PRICED'
  /** There is no product with this id. */
  | 'PRODUCT_UNKNOWN'
  /** No rebuild of the read model is under way. */
  | 'REBUILD_NOT_UNDER_WAY'
  /** A rebuild of the read model was begun before and has not ended. */
  | 'REBUILD_UNDER_WAY'
  /** More is to be given back than was taken. */
  | 'REFUND_EXCEEDS_CAPTURED'
  /** Not everything ordered is set aside in stock yet. */
  | 'RESERVATION_INCOMPLETE'
  /** The line has all the stock it wants. */
  | 'RESERVATION_NOT_WANTED'
  /** Less is set aside for the line than was to be taken from it. */
  | 'RESERVATION_UNKNOWN'
  /** More came back than was delivered. */
  | 'RETURN_EXCEEDS_DELIVERED'
  /** More is to be shipped than is left to ship. */
  | 'SHIPMENT_EXCEEDS_ORDER'
  /** The order has no such shipment. */
  | 'SHIPMENT_UNKNOWN'
  /** There is less in stock than was asked for. */
  | 'STOCK_SHORT'
  /** There is no such task, or it is not parked: it may be done or due again. */
  | 'TASK_NOT_PARKED'
  /** Somebody changed it since the version the client has seen. */
  | 'VERSION_CONFLICT';

/** Somebody who will order. */
export type RegisterCustomerInput = {
  /** Where orders are shipped to. */
  address?: AddressInput | null | undefined;
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** The person to speak to. At most 200 characters. */
  contact?: string | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** Where to write to. At most 254 characters. */
  email?: string | null | undefined;
  /** An id of the client's own making: `customer-` and a UUID in lower case. */
  id?: string | number | null | undefined;
  /** The person or company. At most 200 characters. */
  name: string;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** Where to call. At most 50 characters. */
  phone?: string | null | undefined;
  /** The caller's own number for the customer. At most 100 characters; not for personal data. */
  reference?: string | null | undefined;
};

/** A product to be sold. */
export type RegisterProductInput = {
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** An id of the client's own making: `product-` and a UUID in lower case. */
  id?: string | number | null | undefined;
  /** What it is called. At most 200 characters. */
  name: string;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** What one of it costs: from 1 to 50 prices, one a currency. */
  prices: Array<MoneyInput>;
  /** The caller's own number for it, such as a stock-keeping unit. At most 100 characters. */
  reference?: string | null | undefined;
};

/** What has been shipped. */
export type ShipOrderInput = {
  /** Who carries it. At most 100 characters. */
  carrier?: string | null | undefined;
  /** A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out. */
  commandId?: string | number | null | undefined;
  /** Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused. */
  dryRun?: boolean | null | undefined;
  /** The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is. */
  expectedVersion?: number | null | undefined;
  /** What is in the parcel; all that has not left yet when left out. */
  items?: Array<OrderItemInput> | null | undefined;
  /** When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be. */
  occurredAt?: string | null | undefined;
  /** Which order. */
  orderId: string | number;
  /** What it is called there. At most 100 characters; not for personal data. */
  trackingNumber?: string | null | undefined;
};

export type RegisterCustomerMutationVariables = Exact<{
  input: RegisterCustomerInput;
}>;


export type RegisterCustomerMutation = { registerCustomer:
    | { __typename: 'CommandIdReused', code: RefusalCode, message: string }
    | { __typename: 'CustomerAccepted', customerId: string, position: string }
    | { __typename: 'CustomerAlreadyRegistered', code: RefusalCode, message: string }
    | { __typename: 'CustomerForgotten', code: RefusalCode, message: string }
    | { __typename: 'CustomerPreview' }
   | null };

export type RegisterProductMutationVariables = Exact<{
  input: RegisterProductInput;
}>;


export type RegisterProductMutation = { registerProduct:
    | { __typename: 'CommandIdReused', code: RefusalCode, message: string }
    | { __typename: 'ProductAccepted', productId: string, position: string }
    | { __typename: 'ProductAlreadyRegistered', code: RefusalCode, message: string }
    | { __typename: 'ProductPreview' }
   | null };

export type ChangeProductPriceMutationVariables = Exact<{
  input: ChangeProductPriceInput;
}>;


export type ChangeProductPriceMutation = { changeProductPrice:
    | { __typename: 'CommandIdReused', code: RefusalCode, message: string }
    | { __typename: 'NothingToChange', code: RefusalCode, message: string }
    | { __typename: 'OccurredTooEarly', code: RefusalCode, message: string }
    | { __typename: 'ProductAccepted', version: number, position: string }
    | { __typename: 'ProductIsDiscontinued', code: RefusalCode, message: string }
    | { __typename: 'ProductPreview' }
    | { __typename: 'ProductUnknown', code: RefusalCode, message: string }
    | { __typename: 'VersionConflict', code: RefusalCode, message: string }
   | null };

export type PlaceOrderMutationVariables = Exact<{
  input: PlaceOrderInput;
}>;


export type PlaceOrderMutation = { placeOrder:
    | { __typename: 'CommandIdReused', code: RefusalCode, message: string }
    | { __typename: 'CustomerForgotten', code: RefusalCode, message: string }
    | { __typename: 'CustomerUnknown', code: RefusalCode, message: string }
    | { __typename: 'DiscountTooLarge', code: RefusalCode, message: string }
    | { __typename: 'OrderAccepted', commandId: string, orderId: string, position: string, version: number, replayed: boolean }
    | { __typename: 'OrderAlreadyPlaced', code: RefusalCode, message: string }
    | { __typename: 'OrderPreview' }
    | { __typename: 'OrderTotalTooLarge', code: RefusalCode, message: string }
    | { __typename: 'PriceChanged', code: RefusalCode, message: string }
    | { __typename: 'ProductIsDiscontinued', code: RefusalCode, message: string }
    | { __typename: 'ProductNotPriced', code: RefusalCode, message: string }
    | { __typename: 'ProductUnknown', code: RefusalCode, message: string }
   | null };

export type ConfirmOrderMutationVariables = Exact<{
  input: ConfirmOrderInput;
}>;


export type ConfirmOrderMutation = { confirmOrder:
    | { __typename: 'CommandIdReused', code: RefusalCode, message: string }
    | { __typename: 'OccurredTooEarly', code: RefusalCode, message: string }
    | { __typename: 'OrderAccepted', orderId: string, version: number, position: string }
    | { __typename: 'OrderAlreadyCancelled', code: RefusalCode, message: string }
    | { __typename: 'OrderAlreadyConfirmed', code: RefusalCode, message: string }
    | { __typename: 'OrderOnHold', code: RefusalCode, message: string }
    | { __typename: 'OrderPreview' }
    | { __typename: 'OrderUnknown', code: RefusalCode, message: string }
    | { __typename: 'PaymentNotAuthorized', code: RefusalCode, message: string }
    | { __typename: 'ReservationIncomplete', code: RefusalCode, message: string }
    | { __typename: 'VersionConflict', code: RefusalCode, message: string }
   | null };

export type ShipOrderMutationVariables = Exact<{
  input: ShipOrderInput;
}>;


export type ShipOrderMutation = { shipOrder:
    | { __typename: 'CommandIdReused', code: RefusalCode, message: string }
    | { __typename: 'LineUnknown', code: RefusalCode, message: string }
    | { __typename: 'OccurredTooEarly', code: RefusalCode, message: string }
    | { __typename: 'OrderAccepted', orderId: string, version: number, position: string }
    | { __typename: 'OrderAlreadyCancelled', code: RefusalCode, message: string }
    | { __typename: 'OrderAlreadyShipped', code: RefusalCode, message: string }
    | { __typename: 'OrderNotConfirmed', code: RefusalCode, message: string }
    | { __typename: 'OrderOnHold', code: RefusalCode, message: string }
    | { __typename: 'OrderPreview' }
    | { __typename: 'OrderUnknown', code: RefusalCode, message: string }
    | { __typename: 'ShipmentExceedsOrder', code: RefusalCode, message: string }
    | { __typename: 'VersionConflict', code: RefusalCode, message: string }
   | null };

export type DeliverOrderMutationVariables = Exact<{
  input: DeliverOrderInput;
}>;


export type DeliverOrderMutation = { deliverOrder:
    | { __typename: 'CommandIdReused', code: RefusalCode, message: string }
    | { __typename: 'OccurredTooEarly', code: RefusalCode, message: string }
    | { __typename: 'OrderAccepted', orderId: string, version: number, position: string }
    | { __typename: 'OrderAlreadyCancelled', code: RefusalCode, message: string }
    | { __typename: 'OrderAlreadyDelivered', code: RefusalCode, message: string }
    | { __typename: 'OrderNotShipped', code: RefusalCode, message: string }
    | { __typename: 'OrderPreview' }
    | { __typename: 'OrderUnknown', code: RefusalCode, message: string }
    | { __typename: 'ShipmentUnknown', code: RefusalCode, message: string }
    | { __typename: 'VersionConflict', code: RefusalCode, message: string }
   | null };

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { cancelOrder:
    | { __typename: 'CommandIdReused', code: RefusalCode, message: string }
    | { __typename: 'OccurredTooEarly', code: RefusalCode, message: string }
    | { __typename: 'OrderAccepted', orderId: string, version: number, position: string }
    | { __typename: 'OrderAlreadyCancelled', code: RefusalCode, message: string }
    | { __typename: 'OrderAlreadyShipped', code: RefusalCode, message: string }
    | { __typename: 'OrderPreview' }
    | { __typename: 'OrderUnknown', code: RefusalCode, message: string }
    | { __typename: 'VersionConflict', code: RefusalCode, message: string }
   | null };

export type ReadOrderQueryVariables = Exact<{
  id: string | number;
  readAfter?: string | null | undefined;
}>;


export type ReadOrderQuery = { order: { id: string, version: number, position: string, status: OrderStatus, fulfilmentStatus: FulfilmentStatus, customerName: string | null, total: { amount: string, currencyCode: string } } | null };

export type ReadHistoryQueryVariables = Exact<{
  id: string | number;
  readAfter?: string | null | undefined;
}>;


export type ReadHistoryQuery = { order: { id: string, version: number, events: { edges: Array<{ node:
          | { __typename: 'OrderCancelled', id: string, version: number }
          | { __typename: 'OrderConfirmed', id: string, version: number }
          | { __typename: 'OrderDelivered', id: string, version: number }
          | { __typename: 'OrderHeld', id: string, version: number }
          | { __typename: 'OrderItemsReturned', id: string, version: number }
          | { __typename: 'OrderLinesCancelled', id: string, version: number }
          | { __typename: 'OrderLinesChanged', id: string, version: number }
          | { __typename: 'OrderNoteAdded', id: string, version: number }
          | { __typename: 'OrderPlaced', id: string, version: number }
          | { __typename: 'OrderReleased', id: string, version: number }
          | { __typename: 'OrderReservationRecorded', id: string, version: number }
          | { __typename: 'OrderShipped', id: string, version: number }
          | { __typename: 'OrderShippingAddressChanged', id: string, version: number }
          | { __typename: 'OrderTagged', id: string, version: number }
          | { __typename: 'OrderUntagged', id: string, version: number }
          | { __typename: 'PaymentDeclined', id: string, version: number }
          | { __typename: 'PaymentExpired', id: string, version: number }
          | { __typename: 'PaymentRequested', id: string, version: number }
          | { __typename: 'PaymentSucceeded', id: string, version: number }
          | { __typename: 'PaymentUnresolved', id: string, version: number }
         }> } } | null };

export type ListOrdersQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  readAfter?: string | null | undefined;
}>;


export type ListOrdersQuery = { orders: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, reference: string | null, version: number }> } };

export type OrderChangedSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type OrderChangedSubscription = { orderChanged: { position: string, order: { id: string, version: number, position: string, status: OrderStatus, fulfilmentStatus: FulfilmentStatus, customerName: string | null, total: { amount: string, currencyCode: string } } } };

export type OrderEventsSubscriptionVariables = Exact<{
  id?: string | number | null | undefined;
  after?: string | null | undefined;
}>;


export type OrderEventsSubscription = { orderEvents:
    | { __typename: 'OrderCancelled', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderConfirmed', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderDelivered', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderHeld', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderItemsReturned', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderLinesCancelled', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderLinesChanged', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderNoteAdded', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderPlaced', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderReleased', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderReservationRecorded', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderShipped', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderShippingAddressChanged', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderTagged', id: string, orderId: string, version: number, position: string }
    | { __typename: 'OrderUntagged', id: string, orderId: string, version: number, position: string }
    | { __typename: 'PaymentDeclined', id: string, orderId: string, version: number, position: string }
    | { __typename: 'PaymentExpired', id: string, orderId: string, version: number, position: string }
    | { __typename: 'PaymentRequested', id: string, orderId: string, version: number, position: string }
    | { __typename: 'PaymentSucceeded', id: string, orderId: string, version: number, position: string }
    | { __typename: 'PaymentUnresolved', id: string, orderId: string, version: number, position: string }
   };

export type ReceiveForLedgerMutationVariables = Exact<{
  input: ReceiveStockInput;
}>;


export type ReceiveForLedgerMutation = { command:
    | { __typename: 'CommandIdReused', position: string }
    | { __typename: 'OccurredTooEarly', position: string }
    | { __typename: 'ProductAccepted', productId: string, version: number, position: string, replayed: boolean }
    | { __typename: 'ProductPreview' }
    | { __typename: 'ProductUnknown', position: string }
    | { __typename: 'VersionConflict', position: string, actualVersion: number }
   | null };

export type AdjustForLedgerMutationVariables = Exact<{
  input: AdjustStockInput;
}>;


export type AdjustForLedgerMutation = { command:
    | { __typename: 'CommandIdReused', position: string }
    | { __typename: 'OccurredTooEarly', position: string }
    | { __typename: 'ProductAccepted', productId: string, version: number, position: string, replayed: boolean }
    | { __typename: 'ProductPreview' }
    | { __typename: 'ProductUnknown', position: string }
    | { __typename: 'StockShort', position: string, available: number }
    | { __typename: 'VersionConflict', position: string, actualVersion: number }
   | null };

export type NoteForLedgerMutationVariables = Exact<{
  input: AddOrderNoteInput;
}>;


export type NoteForLedgerMutation = { command:
    | { __typename: 'CommandIdReused', position: string }
    | { __typename: 'LimitReached', position: string }
    | { __typename: 'OccurredTooEarly', position: string }
    | { __typename: 'OrderAccepted', orderId: string, version: number, position: string, replayed: boolean }
    | { __typename: 'OrderPreview' }
    | { __typename: 'OrderUnknown', position: string }
    | { __typename: 'VersionConflict', position: string, actualVersion: number }
   | null };

export type PlaceForLedgerMutationVariables = Exact<{
  input: PlaceOrderInput;
}>;


export type PlaceForLedgerMutation = { command:
    | { __typename: 'CommandIdReused', position: string }
    | { __typename: 'CustomerForgotten', position: string }
    | { __typename: 'CustomerUnknown', position: string }
    | { __typename: 'DiscountTooLarge', position: string }
    | { __typename: 'OrderAccepted', orderId: string, version: number, position: string, replayed: boolean }
    | { __typename: 'OrderAlreadyPlaced', position: string }
    | { __typename: 'OrderPreview' }
    | { __typename: 'OrderTotalTooLarge', position: string }
    | { __typename: 'PriceChanged', position: string }
    | { __typename: 'ProductIsDiscontinued', position: string }
    | { __typename: 'ProductNotPriced', position: string }
    | { __typename: 'ProductUnknown', position: string }
   | null };

export type ReadForLedgerQueryVariables = Exact<{
  product: string | number;
  order: string | number;
  readAfter?: string | null | undefined;
}>;


export type ReadForLedgerQuery = { product: { id: string, version: number } | null, order: { id: string, version: number } | null };

export type ReceiveStockMutationVariables = Exact<{
  input: ReceiveStockInput;
}>;


export type ReceiveStockMutation = { receiveStock:
    | { __typename: 'CommandIdReused' }
    | { __typename: 'OccurredTooEarly' }
    | { __typename: 'ProductAccepted' }
    | { __typename: 'ProductPreview' }
    | { __typename: 'ProductUnknown' }
    | { __typename: 'VersionConflict' }
   | null };

export type ReadStockQueryVariables = Exact<{
  id: string | number;
}>;


export type ReadStockQuery = { product: { onHand: number, available: number, reserved: number, shipped: number } | null };

export type ListPaidQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ListPaidQuery = { orders: { nodes: Array<{ id: string, status: OrderStatus, cancelReason: CancelReason | null, total: { amount: string }, authorized: { amount: string }, captured: { amount: string }, payments: Array<{ kind: PaymentKind, state: PaymentState, reference: string | null, amount: { amount: string, currencyCode: string } }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ListUnfinishedQueryVariables = Exact<{ [key: string]: never; }>;


export type ListUnfinishedQuery = { due: Array<{ name: string, error: string | null }>, claimed: Array<{ name: string, error: string | null }>, parked: Array<{ name: string, error: string | null }> };

export type ReadLogQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ReadLogQuery = { eventLog: { nodes: Array<{ position: string, stream: string, version: number, type: string, schemaVersion: number, data: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ListPendingQueryVariables = Exact<{ [key: string]: never; }>;


export type ListPendingQuery = { orders: { nodes: Array<{ id: string }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const RegisterCustomerDocument = new TypedDocumentString(`
    mutation RegisterCustomer($input: RegisterCustomerInput!) {
  registerCustomer(input: $input) {
    __typename
    ... on CustomerAccepted {
      customerId
      position
    }
    ... on Refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RegisterCustomerMutation, RegisterCustomerMutationVariables>;
export const RegisterProductDocument = new TypedDocumentString(`
    mutation RegisterProduct($input: RegisterProductInput!) {
  registerProduct(input: $input) {
    __typename
    ... on ProductAccepted {
      productId
      position
    }
    ... on Refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RegisterProductMutation, RegisterProductMutationVariables>;
export const ChangeProductPriceDocument = new TypedDocumentString(`
    mutation ChangeProductPrice($input: ChangeProductPriceInput!) {
  changeProductPrice(input: $input) {
    __typename
    ... on ProductAccepted {
      version
      position
    }
    ... on Refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ChangeProductPriceMutation, ChangeProductPriceMutationVariables>;
export const PlaceOrderDocument = new TypedDocumentString(`
    mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    __typename
    ... on OrderAccepted {
      commandId
      orderId
      position
      version
      replayed
    }
    ... on Refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<PlaceOrderMutation, PlaceOrderMutationVariables>;
export const ConfirmOrderDocument = new TypedDocumentString(`
    mutation ConfirmOrder($input: ConfirmOrderInput!) {
  confirmOrder(input: $input) {
    __typename
    ... on OrderAccepted {
      orderId
      version
      position
    }
    ... on Refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ConfirmOrderMutation, ConfirmOrderMutationVariables>;
export const ShipOrderDocument = new TypedDocumentString(`
    mutation ShipOrder($input: ShipOrderInput!) {
  shipOrder(input: $input) {
    __typename
    ... on OrderAccepted {
      orderId
      version
      position
    }
    ... on Refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ShipOrderMutation, ShipOrderMutationVariables>;
export const DeliverOrderDocument = new TypedDocumentString(`
    mutation DeliverOrder($input: DeliverOrderInput!) {
  deliverOrder(input: $input) {
    __typename
    ... on OrderAccepted {
      orderId
      version
      position
    }
    ... on Refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DeliverOrderMutation, DeliverOrderMutationVariables>;
export const CancelOrderDocument = new TypedDocumentString(`
    mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) {
    __typename
    ... on OrderAccepted {
      orderId
      version
      position
    }
    ... on Refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CancelOrderMutation, CancelOrderMutationVariables>;
export const ReadOrderDocument = new TypedDocumentString(`
    query ReadOrder($id: ID!, $readAfter: Position) @readAfter(position: $readAfter) {
  order(id: $id) {
    id
    version
    position
    status
    fulfilmentStatus
    customerName
    total {
      amount
      currencyCode
    }
  }
}
    `) as unknown as TypedDocumentString<ReadOrderQuery, ReadOrderQueryVariables>;
export const ReadHistoryDocument = new TypedDocumentString(`
    query ReadHistory($id: ID!, $readAfter: Position) @readAfter(position: $readAfter) {
  order(id: $id) {
    id
    version
    events(first: 100) {
      edges {
        node {
          __typename
          id
          version
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ReadHistoryQuery, ReadHistoryQueryVariables>;
export const ListOrdersDocument = new TypedDocumentString(`
    query ListOrders($first: Int!, $after: String, $readAfter: Position) @readAfter(position: $readAfter) {
  orders(first: $first, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      reference
      version
    }
  }
}
    `) as unknown as TypedDocumentString<ListOrdersQuery, ListOrdersQueryVariables>;
export const OrderChangedDocument = new TypedDocumentString(`
    subscription OrderChanged($id: ID!, $after: Position) {
  orderChanged(id: $id, after: $after) {
    position
    order {
      id
      version
      position
      status
      fulfilmentStatus
      customerName
      total {
        amount
        currencyCode
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OrderChangedSubscription, OrderChangedSubscriptionVariables>;
export const OrderEventsDocument = new TypedDocumentString(`
    subscription OrderEvents($id: ID, $after: Position) {
  orderEvents(id: $id, after: $after) {
    __typename
    id
    orderId
    version
    position
  }
}
    `) as unknown as TypedDocumentString<OrderEventsSubscription, OrderEventsSubscriptionVariables>;
export const ReceiveForLedgerDocument = new TypedDocumentString(`
    mutation ReceiveForLedger($input: ReceiveStockInput!) {
  command: receiveStock(input: $input) {
    __typename
    ... on ProductAccepted {
      productId
      version
      position
      replayed
    }
    ... on Refusal {
      position
    }
    ... on VersionConflict {
      actualVersion
    }
  }
}
    `) as unknown as TypedDocumentString<ReceiveForLedgerMutation, ReceiveForLedgerMutationVariables>;
export const AdjustForLedgerDocument = new TypedDocumentString(`
    mutation AdjustForLedger($input: AdjustStockInput!) {
  command: adjustStock(input: $input) {
    __typename
    ... on ProductAccepted {
      productId
      version
      position
      replayed
    }
    ... on Refusal {
      position
    }
    ... on VersionConflict {
      actualVersion
    }
    ... on StockShort {
      available
    }
  }
}
    `) as unknown as TypedDocumentString<AdjustForLedgerMutation, AdjustForLedgerMutationVariables>;
export const NoteForLedgerDocument = new TypedDocumentString(`
    mutation NoteForLedger($input: AddOrderNoteInput!) {
  command: addOrderNote(input: $input) {
    __typename
    ... on OrderAccepted {
      orderId
      version
      position
      replayed
    }
    ... on Refusal {
      position
    }
    ... on VersionConflict {
      actualVersion
    }
  }
}
    `) as unknown as TypedDocumentString<NoteForLedgerMutation, NoteForLedgerMutationVariables>;
export const PlaceForLedgerDocument = new TypedDocumentString(`
    mutation PlaceForLedger($input: PlaceOrderInput!) {
  command: placeOrder(input: $input) {
    __typename
    ... on OrderAccepted {
      orderId
      version
      position
      replayed
    }
    ... on Refusal {
      position
    }
  }
}
    `) as unknown as TypedDocumentString<PlaceForLedgerMutation, PlaceForLedgerMutationVariables>;
export const ReadForLedgerDocument = new TypedDocumentString(`
    query ReadForLedger($product: ID!, $order: ID!, $readAfter: Position) @readAfter(position: $readAfter) {
  product(id: $product) {
    id
    version
  }
  order(id: $order) {
    id
    version
  }
}
    `) as unknown as TypedDocumentString<ReadForLedgerQuery, ReadForLedgerQueryVariables>;
export const ReceiveStockDocument = new TypedDocumentString(`
    mutation ReceiveStock($input: ReceiveStockInput!) {
  receiveStock(input: $input) {
    __typename
  }
}
    `) as unknown as TypedDocumentString<ReceiveStockMutation, ReceiveStockMutationVariables>;
export const ReadStockDocument = new TypedDocumentString(`
    query ReadStock($id: ID!) {
  product(id: $id) {
    onHand
    available
    reserved
    shipped
  }
}
    `) as unknown as TypedDocumentString<ReadStockQuery, ReadStockQueryVariables>;
export const ListPaidDocument = new TypedDocumentString(`
    query ListPaid($after: String) {
  orders(first: 100, after: $after) {
    nodes {
      id
      status
      cancelReason
      total {
        amount
      }
      authorized {
        amount
      }
      captured {
        amount
      }
      payments {
        kind
        state
        reference
        amount {
          amount
          currencyCode
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ListPaidQuery, ListPaidQueryVariables>;
export const ListUnfinishedDocument = new TypedDocumentString(`
    query ListUnfinished {
  due: tasks(state: DUE, first: 100) {
    name
    error
  }
  claimed: tasks(state: CLAIMED, first: 100) {
    name
    error
  }
  parked: tasks(state: PARKED, first: 100) {
    name
    error
  }
}
    `) as unknown as TypedDocumentString<ListUnfinishedQuery, ListUnfinishedQueryVariables>;
export const ReadLogDocument = new TypedDocumentString(`
    query ReadLog($after: String) {
  eventLog(first: 100, after: $after) {
    nodes {
      position
      stream
      version
      type
      schemaVersion
      data
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ReadLogQuery, ReadLogQueryVariables>;
export const ListPendingDocument = new TypedDocumentString(`
    query ListPending {
  orders(first: 1, filter: { status: PENDING }) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<ListPendingQuery, ListPendingQueryVariables>;