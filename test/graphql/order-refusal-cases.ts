import type { RefusalName } from '../../src/graphql/refusal.ts'
import { anInstant, EARLY, type RefusalCase } from './refusal-case.ts'
import { textOf, type Part } from './service.ts'
import { newId, type Shop } from './shop.ts'
/** An order that has come so far. */
export const orderAfter = async (
  shop: Shop,
  ...steps: readonly string[]
): Promise<{ orderId: string; last: Part }> => {
  let last = await shop.order()
  const orderId = textOf(last['orderId'])
  for (const step of steps)
    last = await shop.accept(step, {
      orderId,
      ...(step === 'cancelOrder' ? { reason: 'OTHER' } : {}),
    })
  return { orderId, last }
}

const reason = { reason: 'CUSTOMER' }
const STEPS = ['confirmOrder', 'shipOrder', 'deliverOrder', 'cancelOrder'] as const
const READY: Readonly<Record<(typeof STEPS)[number], readonly string[]>> = {
  confirmOrder: [],
  shipOrder: ['confirmOrder'],
  deliverOrder: ['confirmOrder', 'shipOrder'],
  cancelOrder: [],
}

const onEach = STEPS.flatMap((mutation): RefusalCase[] => {
  const extra = mutation === 'cancelOrder' ? reason : {}
  return [
    {
      mutation,
      refusal: 'OrderUnknown',
      given: async () => {
        const orderId = newId('order')
        return { input: { orderId, ...extra }, facts: { orderId }, path: ['input', 'orderId'] }
      },
    },
    {
      mutation,
      refusal: 'OrderAlreadyCancelled',
      given: async (shop) => {
        const { orderId } = await orderAfter(shop, 'cancelOrder')
        return { input: { orderId, ...extra }, facts: { orderId, reason: 'OTHER' }, path: null }
      },
    },
    {
      mutation,
      refusal: 'OccurredTooEarly',
      given: async (shop) => {
        const { orderId } = await orderAfter(shop, ...READY[mutation])
        return {
          input: { orderId, ...extra, occurredAt: EARLY },
          facts: { occurredAt: EARLY, notBefore: anInstant },
          path: ['input', 'occurredAt'],
        }
      },
    },
    {
      mutation,
      refusal: 'VersionConflict',
      given: async (shop) => {
        const { orderId, last } = await orderAfter(shop, ...READY[mutation])
        return {
          input: { orderId, ...extra, expectedVersion: 7 },
          facts: { expectedVersion: 7, actualVersion: last['version'] },
          path: ['input', 'expectedVersion'],
        }
      },
    },
  ]
})

const order = (
  mutation: string,
  refusal: RefusalName,
  told: { readonly after: readonly string[]; readonly facts?: object },
): RefusalCase => ({
  mutation,
  refusal,
  given: async (shop) => {
    const { orderId } = await orderAfter(shop, ...told.after)
    const extra = mutation === 'cancelOrder' ? reason : {}
    return { input: { orderId, ...extra }, facts: { orderId, ...told.facts }, path: null }
  },
})

const SHIPPED = ['confirmOrder', 'shipOrder']
const ofProgress: readonly RefusalCase[] = [
  order('confirmOrder', 'OrderAlreadyConfirmed', {
    after: ['confirmOrder'],
    facts: { confirmedAt: anInstant },
  }),
  order('shipOrder', 'OrderNotConfirmed', { after: [], facts: { status: 'PENDING' } }),
  order('shipOrder', 'OrderAlreadyShipped', { after: SHIPPED, facts: { shippedAt: anInstant } }),
  order('cancelOrder', 'OrderAlreadyShipped', { after: SHIPPED, facts: { shippedAt: anInstant } }),
  order('deliverOrder', 'OrderNotShipped', { after: ['confirmOrder'] }),
  order('deliverOrder', 'OrderAlreadyDelivered', {
    after: [...SHIPPED, 'deliverOrder'],
    facts: { deliveredAt: anInstant },
  }),
]

/** A command id that was used for placing the order before. */
const reused = STEPS.map((mutation): RefusalCase => ({
  mutation,
  refusal: 'CommandIdReused',
  given: async (shop) => {
    const { orderId, last } = await orderAfter(shop)
    const { commandId } = last
    const extra = mutation === 'cancelOrder' ? reason : {}
    return {
      input: { orderId, commandId, ...extra },
      facts: { commandId },
      path: ['input', 'commandId'],
    }
  },
}))

export const orderRefusals: readonly RefusalCase[] = [...onEach, ...ofProgress, ...reused]
