import { newId, type Input } from './shop.ts'

export const LONG = 'x'.repeat(1_000_000)
const NUL = 'a\u0000b'
const LONE = 'a\ud800b'

/** What there is, for commands that are wrong in one thing only. */
export interface Sound {
  readonly customerId: string
  readonly productId: string
  readonly orderId: string
}

type Place = string
export const soundLine = ({ productId }: Sound, change: Input = {}): Input => ({
  lines: [{ productId, quantity: 1, ...change }],
})

/** What is changed in a sound order, and the path to it. */
export const BAD_ORDERS: Readonly<
  Record<string, readonly [change: (sound: Sound) => Input, ...path: Place[]]>
> = {
  'no lines': [() => ({ lines: [] }), 'lines'],
  'null lines': [() => ({ lines: null }), 'lines'],
  'lines of null': [() => ({ lines: [null] }), 'lines', '0'],
  '501 lines': [
    ({ productId }) => ({
      lines: Array.from({ length: 501 }, () => ({ productId, quantity: 1 })),
    }),
    'lines',
  ],
  'a quantity of 0': [(sound) => soundLine(sound, { quantity: 0 }), 'lines', '0', 'quantity'],
  'a quantity of -1': [(sound) => soundLine(sound, { quantity: -1 }), 'lines', '0', 'quantity'],
  'a quantity of 1e9': [(sound) => soundLine(sound, { quantity: 1e9 }), 'lines', '0', 'quantity'],
  'a quantity of 1e10': [(sound) => soundLine(sound, { quantity: 1e10 }), 'lines', '0', 'quantity'],
  'a quantity of 1.5': [(sound) => soundLine(sound, { quantity: 1.5 }), 'lines', '0', 'quantity'],
  'a quantity in words': [
    (sound) => soundLine(sound, { quantity: 'two' }),
    'lines',
    '0',
    'quantity',
  ],
  'a quantity of NaN, which JSON makes null': [
    (sound) => soundLine(sound, { quantity: Number.NaN }),
    'lines',
    '0',
    'quantity',
  ],
  'an unknown currency': [() => ({ currencyCode: 'ZZZ' }), 'currencyCode'],
  'a currency in small letters': [() => ({ currencyCode: 'usd' }), 'currencyCode'],
  'a currency that is a number': [() => ({ currencyCode: 840 }), 'currencyCode'],
  'too many decimals': [() => ({ tax: '1.001' }), 'tax'],
  'a negative amount': [() => ({ tax: '-1' }), 'tax'],
  'a huge amount': [() => ({ tax: '9'.repeat(30) }), 'tax'],
  'an amount beyond what is exact': [() => ({ tax: '90071992547409.92' }), 'tax'],
  'an amount in exponent notation': [() => ({ tax: '1e3' }), 'tax'],
  'an amount as a float': [() => ({ tax: 1.5 }), 'tax'],
  'an amount of NaN': [() => ({ tax: 'NaN' }), 'tax'],
  'an amount with a space': [() => ({ tax: '1 ' }), 'tax'],
  'an empty amount': [() => ({ tax: '' }), 'tax'],
  'an amount of 1 MB': [() => ({ tax: '1'.repeat(1_000_000) }), 'tax'],
  'a rate above 1': [
    (sound) => soundLine(sound, { discount: { rate: '1.01' } }),
    'lines',
    '0',
    'discount',
    'rate',
  ],
  'a negative rate': [
    (sound) => soundLine(sound, { discount: { rate: '-0.1' } }),
    'lines',
    '0',
    'discount',
    'rate',
  ],
  'a rate of five decimals': [
    (sound) => soundLine(sound, { discount: { rate: '0.12345' } }),
    'lines',
    '0',
    'discount',
    'rate',
  ],
  'both discounts': [
    (sound) => soundLine(sound, { discount: { rate: '0.1', amount: '1' } }),
    'lines',
    '0',
    'discount',
  ],
  'neither discount': [(sound) => soundLine(sound, { discount: {} }), 'lines', '0', 'discount'],
  'a discount of null': [
    (sound) => soundLine(sound, { discount: { amount: null } }),
    'lines',
    '0',
    'discount',
    'amount',
  ],
  'a discount beyond its currency': [
    (sound) => soundLine(sound, { discount: { amount: '0.001' } }),
    'lines',
    '0',
    'discount',
    'amount',
  ],
  'a price of its own that is none': [
    (sound) => soundLine(sound, { unitPrice: '0.001' }),
    'lines',
    '0',
    'unitPrice',
  ],
  'an expected price that is none': [
    (sound) => soundLine(sound, { expectedUnitPrice: '-1' }),
    'lines',
    '0',
    'expectedUnitPrice',
  ],
  'a malformed product': [
    (sound) => soundLine(sound, { productId: 'x' }),
    'lines',
    '0',
    'productId',
  ],
  'a customer as product': [
    (sound) => soundLine(sound, { productId: sound.customerId }),
    'lines',
    '0',
    'productId',
  ],
  'a malformed customer': [() => ({ customerId: '' }), 'customerId'],
  'a customer with U+0000': [
    (sound) => ({ customerId: `${sound.customerId}\u0000` }),
    'customerId',
  ],
  'a customer in capitals': [
    (sound) => ({ customerId: sound.customerId.toUpperCase() }),
    'customerId',
  ],
  'an id of 1 MB': [() => ({ id: LONG }), 'id'],
  'an id of another type': [() => ({ id: newId('product') }), 'id'],
  'a command id that is no UUID': [() => ({ commandId: '1' }), 'commandId'],
  'a command id of 1 MB': [() => ({ commandId: LONG }), 'commandId'],
  'a reference with U+0000': [() => ({ reference: NUL }), 'reference'],
  'a reference with a lone surrogate': [() => ({ reference: LONE }), 'reference'],
  'a reference of 1 MB': [() => ({ reference: LONG }), 'reference'],
  'an empty reference': [() => ({ reference: ' ' }), 'reference'],
  'a reference that is an object': [() => ({ reference: {} }), 'reference'],
  'an address with a lone surrogate': [
    () => ({ shipTo: { street: LONE, city: 'b', country: 'c' } }),
    'shipTo',
    'street',
  ],
  'an address without a city': [() => ({ shipTo: { street: 'a', country: 'c' } }), 'shipTo'],
  'a time to come': [() => ({ occurredAt: '2999-01-01T00:00:00Z' }), 'occurredAt'],
  'a time that is none': [() => ({ occurredAt: '2020-02-30T00:00:00Z' }), 'occurredAt'],
  'a time without an offset': [() => ({ occurredAt: '2020-02-01T00:00:00' }), 'occurredAt'],
  'a time as a number': [() => ({ occurredAt: 0 }), 'occurredAt'],
  'a payment without a token': [() => ({ payment: { token: ' ' } }), 'payment', 'token'],
  'a mode that is none': [() => ({ fulfilment: 'MAGIC' }), 'fulfilment'],
}

/** Mutation, input and the path to what is wrong in it. */
export const BAD_COMMANDS: readonly (readonly [string, (sound: Sound) => Input, ...Place[]])[] = [
  ['confirmOrder', () => ({ orderId: 'x' }), 'orderId'],
  ['confirmOrder', (sound) => ({ orderId: sound.orderId, expectedVersion: -1 }), 'expectedVersion'],
  [
    'confirmOrder',
    (sound) => ({ orderId: sound.orderId, expectedVersion: 2 ** 31 }),
    'expectedVersion',
  ],
  ['cancelOrder', (sound) => ({ orderId: sound.orderId, reason: 'WHIM' }), 'reason'],
  ['cancelOrder', (sound) => ({ orderId: sound.orderId, reason: 'OTHER', note: NUL }), 'note'],
  [
    'cancelOrder',
    (sound) => ({ orderId: sound.orderId, reason: 'OTHER', note: 'x'.repeat(501) }),
    'note',
  ],
  ['registerProduct', () => ({ name: 'Chai', prices: [] }), 'prices'],
  [
    'registerProduct',
    () => ({ name: LONE, prices: [{ amount: '1', currencyCode: 'USD' }] }),
    'name',
  ],
  [
    'registerProduct',
    () => ({ name: 'Chai', prices: [{ amount: '1.5', currencyCode: 'JPY' }] }),
    'prices',
    '0',
    'amount',
  ],
  [
    'registerProduct',
    () => ({ name: 'Chai', prices: ['1', '2'].map((amount) => ({ amount, currencyCode: 'USD' })) }),
    'prices',
  ],
  [
    'changeProductPrice',
    (sound) => ({ productId: sound.productId, price: { amount: '-1', currencyCode: 'USD' } }),
    'price',
    'amount',
  ],
  ['discontinueProduct', (sound) => ({ productId: sound.customerId }), 'productId'],
  ['registerCustomer', () => ({ name: '' }), 'name'],
  ['registerCustomer', () => ({ name: LONG }), 'name'],
  ['registerCustomer', () => ({ name: 'Bo', email: 'nobody' }), 'email'],
  ['registerCustomer', () => ({ name: 'Bo', phone: LONE }), 'phone'],
  ['updateCustomerProfile', (sound) => ({ customerId: sound.customerId, contact: NUL }), 'contact'],
  ['updateCustomerProfile', (sound) => ({ customerId: sound.customerId, address: [] }), 'address'],
]
