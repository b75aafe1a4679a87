import { graphql } from './generated/gql.ts'

export const receiveStock = graphql(`
  mutation ReceiveStock($input: ReceiveStockInput!) {
    receiveStock(input: $input) {
      __typename
    }
  }
`)

export const readStock = graphql(`
  query ReadStock($id: ID!) {
    product(id: $id) {
      onHand
      available
      reserved
      shipped
    }
  }
`)

export const listPaid = graphql(`
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
`)

export const listUnfinished = graphql(`
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
`)

export const readLog = graphql(`
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
`)

export const listPending = graphql(`
  query ListPending {
    orders(first: 1, filter: { status: PENDING }) {
      nodes {
        id
      }
    }
  }
`)
