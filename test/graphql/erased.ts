import type { Shop } from './shop.ts'

/** Somebody who was registered, then forgotten. */
export const erased = async (shop: Shop): Promise<string> => {
  const customerId = await shop.customer()
  await shop.accept('forgetCustomer', { customerId })
  return customerId
}
