import { graphql } from './generated/gql.ts'

/** The operations of an app that sells something. */
export const registerCustomer = graphql(`
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
`)

export const registerProduct = graphql(`
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
`)

export const changeProductPrice = graphql(`
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
`)

export const placeOrder = graphql(`
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
`)

export const confirmOrder = graphql(`
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
`)

export const shipOrder = graphql(`
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
`)

export const deliverOrder = graphql(`
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
`)

export const cancelOrder = graphql(`
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
`)

/** The same fields as `orderChanged`, so that a normalised cache can answer this from those. */
export const readOrder = graphql(`
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
`)

export const readHistory = graphql(`
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
`)

export const listOrders = graphql(`
  query ListOrders($first: Int!, $after: String, $readAfter: Position)
  @readAfter(position: $readAfter) {
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
`)

export const orderChanged = graphql(`
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
`)

export const orderEvents = graphql(`
  subscription OrderEvents($id: ID, $after: Position) {
    orderEvents(id: $id, after: $after) {
      __typename
      id
      orderId
      version
      position
    }
  }
`)
