import * as z from 'zod'
import type { ProductCommand } from '../domain/product/command.ts'
import type { CommandOptions } from '../command/commands.ts'
import { outcome } from './accepted.ts'
import { builder } from './builder.ts'
import { commandIdField, expectedVersionField, occurredAtField } from './command-input.ts'
import { commandRequest, timing } from './command-request.ts'
import type { GraphqlContext } from './context.ts'
import { commandFields, money, optionalText, productId, readInput, text } from './input.ts'
import { MoneyInput } from './money.ts'
import {
  ChangeProductPriceResult,
  DiscontinueProductResult,
  RegisterProductResult,
} from './product-result.ts'

const PRICES_MAX = 50

const registerProduct = z.object({
  ...commandFields,
  id: productId.nullish().transform((value) => value ?? null),
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

const handle = (context: GraphqlContext, command: ProductCommand, options: CommandOptions) =>
  outcome(context, 'ProductAccepted', {
    request: options.request,
    handle: () => context.services.commands.product(command, options),
  })

const register = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(registerProduct, input)
  const { id, reference, name, prices, occurredAt } = wanted
  return handle(
    context,
    {
      type: 'RegisterProduct',
      ...timing(context, occurredAt),
      productId: id ?? readInput(productId, `product-${context.services.uuid()}`),
      reference,
      name,
      prices,
    },
    {
      request: commandRequest(context, { ...wanted, mutation: 'registerProduct', input }),
      fresh: id === null,
    },
  )
}

const changePrice = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(changeProductPrice, input)
  return handle(
    context,
    {
      type: 'ChangeProductPrice',
      ...timing(context, wanted.occurredAt),
      productId: wanted.productId,
      price: wanted.price,
    },
    {
      request: commandRequest(context, { ...wanted, mutation: 'changeProductPrice', input }),
      fresh: false,
    },
  )
}

const discontinue = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(discontinueProduct, input)
  return handle(
    context,
    {
      type: 'DiscontinueProduct',
      ...timing(context, wanted.occurredAt),
      productId: wanted.productId,
    },
    {
      request: commandRequest(context, { ...wanted, mutation: 'discontinueProduct', input }),
      fresh: false,
    },
  )
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
  }),
})

const DiscontinueProductInput = builder.inputType('DiscontinueProductInput', {
  description: 'Which product to sell no longer.',
  fields: (t) => ({
    commandId: commandIdField(t),
    productId: t.id({ required: true, description: 'Which product.' }),
    expectedVersion: expectedVersionField(t),
    occurredAt: occurredAtField(t),
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
