import { moneyOf, MoneyType } from './money.ts'
import { described, fact, refusalRef } from './refusal-type.ts'

const productId = 'The product it is about.'
const line =
  'The place of the wanted line it is about, counted from 1; null where the product itself was asked.'

export const ProductUnknown = refusalRef('ProductUnknown').implement({
  ...described('ProductUnknown'),
  fields: (t) => ({
    productId: t.id({
      description: productId,
      resolve: fact('ProductUnknown', (refusal) => refusal.productId),
    }),
    line: t.int({
      nullable: true,
      description: line,
      resolve: fact('ProductUnknown', (refusal) => refusal.line),
    }),
  }),
})

export const ProductAlreadyRegistered = refusalRef('ProductAlreadyRegistered').implement({
  ...described('ProductAlreadyRegistered'),
  fields: (t) => ({
    productId: t.id({
      description: productId,
      resolve: fact('ProductAlreadyRegistered', (refusal) => refusal.productId),
    }),
  }),
})

export const ProductIsDiscontinued = refusalRef('ProductIsDiscontinued').implement({
  ...described('ProductIsDiscontinued'),
  fields: (t) => ({
    productId: t.id({
      description: productId,
      resolve: fact('ProductIsDiscontinued', (refusal) => refusal.productId),
    }),
    line: t.int({
      nullable: true,
      description: line,
      resolve: fact('ProductIsDiscontinued', (refusal) => refusal.line),
    }),
    discontinuedAt: t.field({
      type: 'DateTime',
      description: 'Since when it is no longer sold.',
      resolve: fact('ProductIsDiscontinued', (refusal) => refusal.discontinuedAt),
    }),
  }),
})

export const ProductNotPriced = refusalRef('ProductNotPriced').implement({
  ...described('ProductNotPriced'),
  fields: (t) => ({
    productId: t.id({
      description: productId,
      resolve: fact('ProductNotPriced', (refusal) => refusal.productId),
    }),
    line: t.int({
      nullable: true,
      description: line,
      resolve: fact('ProductNotPriced', (refusal) => refusal.line),
    }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      description: 'The currency asked for.',
      resolve: fact('ProductNotPriced', (refusal) => refusal.currency),
    }),
    pricedIn: t.field({
      type: ['CurrencyCode'],
      description: 'The currencies it has a price in.',
      resolve: fact('ProductNotPriced', (refusal) => [...refusal.pricedIn]),
    }),
  }),
})

export const PriceChanged = refusalRef('PriceChanged').implement({
  ...described('PriceChanged'),
  fields: (t) => ({
    productId: t.id({
      description: productId,
      resolve: fact('PriceChanged', (refusal) => refusal.productId),
    }),
    line: t.int({
      nullable: true,
      description: line,
      resolve: fact('PriceChanged', (refusal) => refusal.line),
    }),
    expected: t.field({
      type: MoneyType,
      description: 'The price the client expected.',
      resolve: fact('PriceChanged', (refusal) => moneyOf(refusal.expected)),
    }),
    actual: t.field({
      type: MoneyType,
      description: 'The price as it is.',
      resolve: fact('PriceChanged', (refusal) => moneyOf(refusal.actual)),
    }),
  }),
})

export const StockShort = refusalRef('StockShort').implement({
  ...described('StockShort'),
  fields: (t) => ({
    productId: t.id({
      description: productId,
      resolve: fact('StockShort', (refusal) => refusal.productId),
    }),
    requested: t.int({
      description: 'How many were asked for.',
      resolve: fact('StockShort', (refusal) => refusal.requested),
    }),
    available: t.int({
      description: 'How many there are that nobody has set aside.',
      resolve: fact('StockShort', (refusal) => refusal.available),
    }),
  }),
})

export const ReservationUnknown = refusalRef('ReservationUnknown').implement({
  ...described('ReservationUnknown'),
  fields: (t) => ({
    productId: t.id({
      description: productId,
      resolve: fact('ReservationUnknown', (refusal) => refusal.productId),
    }),
    orderId: t.id({
      description: 'The order it was set aside for.',
      resolve: fact('ReservationUnknown', (refusal) => refusal.orderId),
    }),
    lineNumber: t.int({
      description: 'The number of the line in its order.',
      resolve: fact('ReservationUnknown', (refusal) => refusal.line),
    }),
    reserved: t.int({
      description: 'How many are set aside for it.',
      resolve: fact('ReservationUnknown', (refusal) => refusal.reserved),
    }),
  }),
})
