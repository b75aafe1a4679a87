import { v7 as uuidV7 } from 'uuid'

const PRODUCTS = 64
const CUSTOMERS = 64
const ORDERS = 256

const REGISTER_PRODUCT = /* GraphQL */ `
  mutation RegisterProduct($input: RegisterProductInput!) {
    registerProduct(input: $input) {
      __typename
    }
  }
`
const REGISTER_CUSTOMER = /* GraphQL */ `
  mutation RegisterCustomer($input: RegisterCustomerInput!) {
    registerCustomer(input: $input) {
      __typename
    }
  }
`
/** What the server calls the command; the document and the answer are alike otherwise. */
export type OrderMutation = 'placeOrder' | 'noop'

export const placeOrder = (mutation: OrderMutation, andOfIt = '') => /* GraphQL */ `
  mutation Order($input: PlaceOrderInput!) {
    ${mutation}(input: $input) {
      __typename
      ... on OrderAccepted {
        commandId
        position
        version
        ${andOfIt}
      }
    }
  }
`

export interface Shop {
  readonly products: readonly string[]
  readonly customers: readonly string[]
}

/** Registers products and customers through the server's own API. */
export const seed = async (url: string, signal: AbortSignal): Promise<Shop> => {
  const products = Array.from({ length: PRODUCTS }, () => `product-${uuidV7()}`)
  const customers = Array.from({ length: CUSTOMERS }, () => `customer-${uuidV7()}`)
  const to = { url, signal }
  for (const [index, id] of products.entries()) {
    const prices = [{ amount: `${index + 1}.50`, currencyCode: 'USD' }]
    await mutate(to, REGISTER_PRODUCT, { id, name: `Product ${index + 1}`, prices })
  }
  for (const [index, id] of customers.entries())
    await mutate(to, REGISTER_CUSTOMER, {
      id,
      name: `Customer ${index + 1}`,
      email: `customer${index + 1}@example.com`,
    })
  return { products, customers }
}

/** The requests to send, one after another and again from the start. */
export const orderBodies = (
  { products, customers }: Shop,
  given: {
    readonly mutation: OrderMutation
    readonly fulfilment: 'MANUAL' | 'AUTOMATIC'
    readonly payment?: { readonly token: string }
    /** Reads its own write: the order, as the read model shows it at the command's position or later. */
    readonly readsBack?: boolean
  },
): readonly string[] => {
  const { mutation, readsBack = false, ...more } = given
  const query = placeOrder(mutation, readsBack ? 'order { id status version }' : '')
  return Array.from({ length: ORDERS }, (_, index) =>
    JSON.stringify({
      query,
      variables: {
        input: {
          customerId: customers[index % CUSTOMERS],
          currencyCode: 'USD',
          ...more,
          lines: [
            { productId: products[index % PRODUCTS], quantity: 1 + (index % 5) },
            { productId: products[(index * 7 + 3) % PRODUCTS], quantity: 2 },
          ],
        },
      },
    }),
  )
}

/** Sends one command and expects that it is accepted. */
export const mutate = async (
  { url, signal }: { readonly url: string; readonly signal: AbortSignal },
  document: string,
  input: object,
): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: document, variables: { input } }),
    signal,
  })
  const text = await response.text()
  if (!response.ok || !text.includes('Accepted"'))
    throw new Error(`The server took no ${document.trim().split('(')[0]}; it answered: ${text}`)
}
