import * as z from 'zod'
import { answer } from './answer.ts'
import { builder } from './builder.ts'
import {
  commandIdField,
  dryRunField,
  expectedVersionField,
  occurredAtField,
} from './command-input.ts'
import { commandRequest, timing } from './command-request.ts'
import type { GraphqlContext } from './context.ts'
import { commandFields, money, optionalText, productId, readInput, text } from './input.ts'
import { MoneyInput } from './money.ts'
import { answeringProduct } from './product-preview.ts'
import {
  ChangeProductPriceResult,
  DiscontinueProductResult,
  RegisterProductResult,
} from './product-result.ts'

const PRICES_MAX = 50

const registerProduct = z.object({
  ...commandFields,
  id: productId.nullable().default(null),
  reference: optionalText(100),
  name: text(200),
  prices: z
    .array(money)
    .min(1, 'must have at least one price')
    .max(PRICES_MAX, `must have at most ${PRICES_MAX} prices`)
    .refine(
      (prices) => new Set(prices.map((price) => price.currency)).size === prices.length,
      'must have one price a currency',
    ),
})
const changeProductPrice = z.object({ ...commandFields, productId, price: money })
const discontinueProduct = z.object({ ...commandFields, productId })

type Input = Readonly<Record<string, unknown>>

const register = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(registerProduct, input)
  const { id, reference, name, prices, occurredAt, dryRun } = wanted
  const request = commandRequest(context, { ...wanted, mutation: 'registerProduct', input })
  return answer(context, answeringProduct, {
    command: {
      type: 'RegisterProduct',
      ...timing(context, occurredAt),
      productId: id ?? readInput(productId, `product-${context.services.uuid()}`),
      reference,
      name,
      prices,
    },
    options: { request, fresh: id === null },
    dryRun,
  })
}

const changePrice = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(changeProductPrice, input)
  const { price, dryRun } = wanted
  const of = { ...timing(context, wanted.occurredAt), productId: wanted.productId }
  const request = commandRequest(context, { ...wanted, mutation: 'changeProductPrice', input })
  return answer(context, answeringProduct, {
    command: { ...of, type: 'ChangeProductPrice', price },
    options: { request, fresh: false },
    dryRun,
  })
}

const discontinue = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(discontinueProduct, input)
  const of = { ...timing(context, wanted.occurredAt), productId: wanted.productId }
  const request = commandRequest(context, { ...wanted, mutation: 'discontinueProduct', input })
  return answer(context, answeringProduct, {
    command: { ...of, type: 'DiscontinueProduct' },
    options: { request, fresh: false },
    dryRun: wanted.dryRun,
  })
}

const RegisterProductInput = builder.inputType('RegisterProductInput', {
  description: 'A product to be sold.',
  fields: (t) => ({
    commandId: commandIdField(t),
    id: t.id({
      description: "An id of the client's own making: `product-` and a UUID in lower case.",
    }),
    reference: t.string({
      description:
        "The caller's own number for it, such as a stock-keeping unit. At most 100 characters.",
    }),
    name: t.string({ required: true, description: 'What it is called. At most 200 characters.' }),
    prices: t.field({
      type: [MoneyInput],
      required: true,
      description: 'What one of it costs: from 1 to 50 prices, one a currency.',
    }),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})

const ChangeProductPriceInput = builder.inputType('ChangeProductPriceInput', {
  description: 'A new price.',
  fields: (t) => ({
    commandId: commandIdField(t),
    productId: t.id({ required: true, description: 'Which product.' }),
    expectedVersion: expectedVersionField(t),
    price: t.field({
      type: MoneyInput,
      required: true,
      description:
        'What one of it costs from now on in this currency, whether or not it had a price in it.',
    }),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})

const DiscontinueProductInput = builder.inputType('DiscontinueProductInput', {
  description: 'Which product to sell no longer.',
  fields: (t) => ({
    commandId: commandIdField(t),
    productId: t.id({ required: true, description: 'Which product.' }),
    expectedVersion: expectedVersionField(t),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})

builder.mutationFields((t) => ({
  registerProduct: t.field({
    type: RegisterProductResult,
    nullable: true,
    description: 'Adds a product to what is sold.',
    args: {
      input: t.arg({ type: RegisterProductInput, required: true, description: 'The product.' }),
    },
    resolve: (_root, { input }, context) => register(context, { ...input }),
  }),
  changeProductPrice: t.field({
    type: ChangeProductPriceResult,
    nullable: true,
    description: "Sets a product's price in one currency. Orders already placed keep theirs.",
    args: {
      input: t.arg({ type: ChangeProductPriceInput, required: true, description: 'The price.' }),
    },
    resolve: (_root, { input }, context) => changePrice(context, { ...input }),
  }),
  discontinueProduct: t.field({
    type: DiscontinueProductResult,
    nullable: true,
    description: 'Stops selling a product. Orders already placed keep it.',
    args: {
      input: t.arg({
        type: DiscontinueProductInput,
        required: true,
        description: 'Which product.',
      }),
    },
    resolve: (_root, { input }, context) => discontinue(context, { ...input }),
  }),
}))
