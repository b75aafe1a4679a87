import type { ImportFile } from '../../src/cli/import/import-format.ts'

/** What an import must come to; money in the smallest unit. */
export interface Figures {
  readonly customers: number
  readonly products: number
  readonly discontinued: number
  readonly orders: number
  readonly shipped: number
  readonly lines: number
  readonly items: number
  readonly linesAfterDiscount: bigint
  readonly freight: bigint
  readonly total: bigint
}

const PAGES_MAX = 1000
const RATE_ONE = 10_000n

/** The file's own sums, in whole numbers and apart from the service's code. */
export const figuresOfFile = ({ customers, products, orders }: ImportFile): Figures => {
  const lines = orders.flatMap((order) => order.lines)
  const linesAfterDiscount = sum(
    lines.map(({ quantity, unitPrice, discount }) => {
      const amount = BigInt(quantity) * scaled(unitPrice, 2)
      return amount - halfEven(amount * scaled(discount, 4), RATE_ONE)
    }),
  )
  const freight = sum(orders.map((order) => scaled(order.freight, 2)))
  return {
    customers: customers.length,
    products: products.length,
    discontinued: products.filter(({ discontinued }) => discontinued).length,
    orders: orders.length,
    shipped: orders.filter(({ shippedDate }) => shippedDate !== null).length,
    lines: lines.length,
    items: lines.reduce((count, { quantity }) => count + quantity, 0),
    linesAfterDiscount,
    freight,
    total: linesAfterDiscount + freight,
  }
}

const scaled = (decimal: string, decimals: number): bigint => {
  const [whole = '', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

const halfEven = (dividend: bigint, divisor: bigint): bigint => {
  const quotient = dividend / divisor
  const twice = 2n * (dividend % divisor)
  return twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n)

interface Amount {
  readonly minorUnits: string
}
export interface ListedOrder {
  readonly id: string
  readonly reference: string
  readonly version: number
  readonly position: string
  readonly placedAt: string
  readonly status: string
  readonly fulfilment: string
  readonly fulfilmentStatus: string
  readonly customerName: string
  readonly shippingFee: Amount
  readonly total: Amount
  readonly shipTo: Readonly<Record<string, string | null>>
  readonly shipments: readonly { readonly shippedAt: string }[]
  readonly lines: readonly {
    readonly productName: string
    readonly quantity: number
    readonly shipped: number
    readonly listPrice: Amount
    readonly unitPrice: Amount
    readonly discount: Amount
    readonly total: Amount
  }[]
}

const ORDERS = `query ($after: String) {
  list: orders(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id reference version position placedAt status fulfilment fulfilmentStatus customerName
      shippingFee { minorUnits } total { minorUnits } shipments { shippedAt }
      shipTo { name street city region postalCode country }
      lines {
        productName quantity shipped listPrice { minorUnits } unitPrice { minorUnits }
        discount { minorUnits } total { minorUnits }
      }
    }
  }
}`

const PRODUCTS = `query ($after: String) {
  list: products(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id status version }
  }
}`

const CUSTOMERS = `query ($after: String) {
  list: customers(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id reference name version }
  }
}`

/** Every order there is, page by page over HTTP. */
export const ordersOverApi = (url: string) => everything<ListedOrder>(url, ORDERS)
export const customersOverApi = (url: string) =>
  everything<{ readonly id: string; readonly name: string; readonly version: number }>(
    url,
    CUSTOMERS,
  )

/** The same sums as read back from a server. */
export const figuresOverApi = async (url: string): Promise<Figures> => {
  const customers = await customersOverApi(url)
  const products = await everything<{ readonly status: string }>(url, PRODUCTS)
  const orders = await ordersOverApi(url)
  const lines = orders.flatMap((order) => order.lines)
  return {
    customers: customers.length,
    products: products.length,
    discontinued: products.filter(({ status }) => status === 'DISCONTINUED').length,
    orders: orders.length,
    shipped: orders.filter(({ fulfilmentStatus }) => fulfilmentStatus === 'SHIPPED').length,
    lines: lines.length,
    items: lines.reduce((count, { quantity }) => count + quantity, 0),
    linesAfterDiscount: sum(lines.map(({ total }) => BigInt(total.minorUnits))),
    freight: sum(orders.map(({ shippingFee }) => BigInt(shippingFee.minorUnits))),
    total: sum(orders.map(({ total }) => BigInt(total.minorUnits))),
  }
}

interface Page<Node> {
  readonly errors?: unknown
  readonly data?: {
    readonly list: {
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
      readonly nodes: readonly Node[]
    }
  }
}

const everything = async <Node>(url: string, query: string): Promise<readonly Node[]> => {
  const nodes: Node[] = []
  let after: string | null = null
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { after } }),
    })
    const { data, errors }: Page<Node> = JSON.parse(await response.text())
    if (data === undefined) throw new Error(`The list was not answered: ${JSON.stringify(errors)}`)
    nodes.push(...data.list.nodes)
    if (!data.list.pageInfo.hasNextPage) return nodes
    after = data.list.pageInfo.endCursor
  }
  throw new Error(`The list has more than ${PAGES_MAX} pages.`)
}
