import type { GraphiQLOptions } from 'graphql-yoga'

type Tab = NonNullable<GraphiQLOptions['defaultTabs']>[number]

// Fixed, so that a second run answers the first one's receipts and registers nobody twice.
const CUSTOMER_ID = 'customer-01990000-0000-7000-8000-000000000001'
const PRODUCT_ID = 'product-01990000-0000-7000-8000-000000000002'
const REGISTER_CUSTOMER_ID = '01990000-0000-7000-8000-00000000000a'
const REGISTER_PRODUCT_ID = '01990000-0000-7000-8000-00000000000b'

const PLACE_ORDER = `
# Press Run: it works on an empty database.
# Press it again: one more order, but no second customer
# or product. Their commands bear a commandId, and what
# has been done already is only "replayed".
mutation PlaceOrder {
  registerCustomer(input: {
    commandId: "${REGISTER_CUSTOMER_ID}"
    id: "${CUSTOMER_ID}"
    name: "Ada Lovelace"
    email: "ada@example.com"
  }) {
    ... on CustomerAccepted { replayed }
    ... on Refusal { code message }
  }
  registerProduct(input: {
    commandId: "${REGISTER_PRODUCT_ID}"
    id: "${PRODUCT_ID}"
    name: "Earl Grey, 250 g"
    prices: [{ amount: "8.50", currencyCode: "EUR" }]
  }) {
    ... on ProductAccepted { replayed }
    ... on Refusal { code message }
  }
  placeOrder(input: {
    customerId: "${CUSTOMER_ID}"
    currencyCode: "EUR"
    lines: [{
      productId: "${PRODUCT_ID}"
      quantity: 3
    }]
  }) {
    ... on OrderAccepted {
      orderId
      # Its place in the log. Give it to any query, as in
      # the next tab, and you read at least this order.
      position
      order {
        number
        status
        total { amount currencyCode }
      }
    }
    # The business says no: an answer, not an error.
    ... on Refusal { code message }
  }
}
`

const LIST_ORDERS = `
# The newest orders. Put a position from the first tab
# into the variables below, and the answer is at least as
# new; null demands nothing.
query ListOrders($position: Position)
@readAfter(position: $position) {
  orders(
    first: 10
    orderBy: { field: PLACED_AT, direction: DESC }
  ) {
    totalCount
    nodes {
      id
      number
      customerName
      status
      fulfilmentStatus
      total { amount currencyCode }
      lines { productName quantity }
      events(first: 10) {
        edges { node { __typename occurredAt } }
      }
    }
  }
}
`

const FOLLOW_ORDERS = `
# Press Run and leave it running: from now on each event
# of each order arrives here, once and in order. Place an
# order in a second window, or move one to its delivery.
#
# After a broken connection go on without a gap, from the
# last position you have seen: orderEvents(after: "…")
subscription FollowOrders {
  orderEvents {
    __typename
    orderId
    version
    position
    ... on OrderPlaced {
      customerName
      total { amount currencyCode }
    }
    ... on OrderShipped { items { lineId quantity } }
  }
}
`

const MOVE_ORDER = `
# Put the orderId of an order into the variables below.
# Run it twice: the second time the business says no to
# each step, and why.
mutation MoveOrder($id: ID!) {
  confirmOrder(input: { orderId: $id }) {
    ... on OrderAccepted { version position }
    ... on Refusal { code message }
  }
  shipOrder(input: { orderId: $id }) {
    ... on OrderAccepted { version position }
    ... on Refusal { code message }
  }
  deliverOrder(input: { orderId: $id }) {
    ... on OrderAccepted {
      version
      position
      order { status fulfilmentStatus }
    }
    ... on Refusal { code message }
  }
}
`

const FOLLOW_ORDER = `
# Put an orderId into the variables below.
# The order as it is, and then each time it changes:
# states, not events. The version only rises.
subscription FollowOrder($id: ID!) {
  orderChanged(id: $id) {
    position
    order { number version status fulfilmentStatus }
  }
}
`

const ORDER_ID_WANTED = JSON.stringify({ id: 'order-…' }, null, 2)

const operation = (text: string): string => text.trim()

/** The operations GraphiQL opens with, ready to run in this order on an empty server. */
export const graphiqlExamples: readonly Tab[] = [
  { query: operation(PLACE_ORDER) },
  { query: operation(LIST_ORDERS), variables: JSON.stringify({ position: null }, null, 2) },
  { query: operation(FOLLOW_ORDERS) },
  { query: operation(MOVE_ORDER), variables: ORDER_ID_WANTED },
  { query: operation(FOLLOW_ORDER), variables: ORDER_ID_WANTED },
]
