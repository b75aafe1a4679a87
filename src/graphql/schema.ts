import { GraphQLSchema } from 'graphql'
import { builder } from './builder.ts'
import { readAfterDirective } from './read-after.ts'
import './scalars.ts'
import './order-query.ts'
import './order-timeline.ts'
import './order-progress.ts'
import './order-at.ts'
import './order-goods-event.ts'
import './order-payment-event.ts'
import './order-mutation.ts'
import './order-change-mutation.ts'
import './order-address-mutation.ts'
import './order-goods-mutation.ts'
import './order-payment-mutation.ts'
import './order-remark-mutation.ts'
import './order-subscription.ts'
import './product-query.ts'
import './product-mutation.ts'
import './product-stock-mutation.ts'
import './customer-query.ts'
import './customer-mutation.ts'
import './customer-address-mutation.ts'
import './customer-forget-mutation.ts'
import './customer-orders.ts'
import './order-statistics-query.ts'
import './order-statistics-subscription.ts'
import './node-query.ts'
import './event-log.ts'
import './task.ts'
import './task-mutation.ts'
import './parked-stream-list.ts'
import './parked-stream-mutation.ts'
import './projection.ts'
import './projection-rebuild.ts'

builder.queryType({
  description:
    'Reads. Every answer carries `extensions.position`: nothing in it is older than that. With `@readAfter`, or `extensions.readAfter` in the request, it is no older than a position the client has.',
})
builder.mutationType({
  description:
    'Commands. Each answers either `…Accepted` with its position, a `…Preview` if it was a dry run, or a refusal of its own type with the facts behind it. Top-level errors are for bad input and faults only.',
})
builder.subscriptionType({
  description:
    'What changes, pushed: over WebSockets (graphql-transport-ws) and server-sent events.',
})

export const buildSchema = (): GraphQLSchema => {
  const schema = builder.toSchema()
  const config = schema.toConfig()
  return new GraphQLSchema({
    ...config,
    description: 'Readback: orders by commands, read back by position, followed live.',
    directives: [...config.directives, readAfterDirective(schema)],
  })
}
