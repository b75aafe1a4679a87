import { graphql } from './generated/gql.ts'

/** What the clients of a server that is killed send, and all that they are told. */
export const receiveForLedger = graphql(`
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
`)

export const adjustForLedger = graphql(`
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
`)

export const noteForLedger = graphql(`
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
`)

export const placeForLedger = graphql(`
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
`)

export const readForLedger = graphql(`
  query ReadForLedger($product: ID!, $order: ID!, $readAfter: Position)
  @readAfter(position: $readAfter) {
    product(id: $product) {
      id
      version
    }
    order(id: $order) {
      id
      version
    }
  }
`)
