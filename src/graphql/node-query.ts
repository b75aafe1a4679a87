import { parseCustomerId, parseOrderId, parseProductId } from '../domain/identity.ts'
import { isStatisticsId } from '../read-model/order-statistics.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { badInput, clientError } from './error-code.ts'
import { NodeInterface } from './node.ts'
import type { Loaders } from './loaders.ts'
import { touchesById } from './touches.ts'

const NODES_MAX = 100

/** The read model that shows what an id names; undefined where it names nothing there could be. */
export const readModelOf = (id: string): keyof Loaders | undefined => {
  if (parseOrderId(id) !== undefined) return 'orders'
  if (parseProductId(id) !== undefined) return 'products'
  if (parseCustomerId(id) !== undefined) return 'customers'
  return isStatisticsId(id) ? 'orderStatistics' : undefined
}

const load = async ({ state }: GraphqlContext, id: string) => {
  const readModel = readModelOf(id)
  if (readModel === undefined)
    throw clientError(
      'NOT_FOUND',
      'There is nothing with this id: it is not the id of anything here.',
    )
  return (await state.loaders[readModel].load(id)) ?? null
}

builder.queryFields((t) => ({
  node: t.field({
    type: NodeInterface,
    nullable: true,
    description:
      'Whatever has this id: an order, a product, a customer or a day of statistics; null if nothing has.',
    extensions: touchesById('id'),
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    resolve: (_root, { id }, context) => load(context, id),
  }),
  nodes: t.field({
    type: [NodeInterface],
    nullable: { list: false, items: true },
    description:
      'Whatever has these ids, in their order, at most 100; null for each that nothing has.',
    extensions: touchesById('ids'),
    args: { ids: t.arg.idList({ required: true, description: 'The ids.' }) },
    resolve: (_root, { ids }, context) => {
      if (ids.length > NODES_MAX)
        throw badInput(`\`ids\` must be at most ${NODES_MAX}; seen: ${ids.length}.`, ['ids'])
      return ids.map((id) => load(context, id))
    },
  }),
}))
