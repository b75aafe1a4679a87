import { moneyOf, MoneyType } from './money.ts'
import { described, fact, refusalRef } from './refusal-type.ts'

const productId = 'The product it is about.'
const line = 'The number of the order line it is about, counted from 1; null outside `placeOrder`.'

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
