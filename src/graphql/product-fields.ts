import { PRODUCT_STATUSES, type ProductRow } from '../read-model/products.ts'
import { builder } from './builder.ts'
import { moneyOf, MoneyType } from './money.ts'

const MEANINGS = {
  ACTIVE: 'It can be ordered.',
  DISCONTINUED: 'It is no longer sold.',
} as const

export const ProductStatusEnum = builder.enumType('ProductStatus', {
  description: 'Whether a product is sold.',
  values: {
    ACTIVE: { value: PRODUCT_STATUSES[0], description: MEANINGS.ACTIVE },
    DISCONTINUED: { value: PRODUCT_STATUSES[1], description: MEANINGS.DISCONTINUED },
  },
})

export const ProductFields = builder.interfaceRef<ProductRow>('ProductFields').implement({
  description: 'What a product shows, as it is now and as it would be.',
  fields: (t) => ({
    reference: t.exposeString('reference', {
      nullable: true,
      description:
        "The caller's own number for the product, such as a stock-keeping unit. Not unique.",
    }),
    name: t.exposeString('name', { description: 'What it is called.' }),
    status: t.field({
      type: ProductStatusEnum,
      description: 'Whether it is sold.',
      resolve: ({ status }) => status,
    }),
    prices: t.field({
      type: [MoneyType],
      description: 'What one of it costs, at most one price a currency.',
      resolve: ({ prices }) => prices.map(moneyOf),
    }),
    price: t.field({
      type: MoneyType,
      nullable: true,
      description: 'What one of it costs in a currency; null if it has no price in it.',
      args: {
        currencyCode: t.arg({
          type: 'CurrencyCode',
          required: true,
          description: 'The ISO 4217 code.',
        }),
      },
      resolve: ({ prices }, { currencyCode }) => {
        const price = prices.find(({ currency }) => currency === currencyCode)
        return price === undefined ? null : moneyOf(price)
      },
    }),
    onHand: t.exposeFloat('onHand', {
      description: 'How many we have, whether or not they are set aside. A whole number.',
    }),
    reserved: t.exposeFloat('reserved', {
      description: 'How many of them are set aside for orders. A whole number.',
    }),
    available: t.exposeFloat('available', {
      description: 'How many of them nobody has set aside; never below 0. A whole number.',
    }),
    shipped: t.exposeFloat('shipped', {
      description: 'How many have left for orders that had them set aside. A whole number.',
    }),
    registeredAt: t.field({
      type: 'DateTime',
      description: 'When it was registered.',
      resolve: ({ registeredAt }) => registeredAt,
    }),
    discontinuedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is no longer sold.',
      resolve: ({ discontinuedAt }) => discontinuedAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When the last change happened.',
      resolve: ({ updatedAt }) => updatedAt,
    }),
    version: t.exposeInt('version', {
      description:
        'How many changes there have been. Send it as `expectedVersion` to change only what you have seen.',
    }),
    position: t.field({
      type: 'Position',
      description: 'Where the last change stands in the log.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
  }),
})
