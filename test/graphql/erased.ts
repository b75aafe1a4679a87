import { parseCustomerId } from '../../src/domain/identity.ts'
import { fingerprint } from '../../src/graphql/fingerprint.ts'
import type { Shop } from './shop.ts'

/** Somebody whose stream says that they are forgotten. */
export const erased = async (shop: Shop): Promise<string> => {
  const id = await shop.customer()
  const customerId = parseCustomerId(id)
  if (customerId === undefined) throw new Error(`${id} is no customer.`)
  const { commands, now, uuid } = shop.services
  const key = { scope: 'test', id: uuid() }
  const answer = await commands.customer(
    { type: 'ForgetCustomer', now: now(), occurredAt: null, customerId },
    {
      fresh: false,
      request: {
        key,
        fingerprint: fingerprint('forgetCustomer', { customerId }),
        expectedVersion: null,
        actor: { role: 'STAFF', subject: 'test' },
        correlationId: key.id,
        causationId: null,
        traceparent: null,
        timeoutMs: 5_000,
      },
    },
  )
  if (answer.type === 'refused') throw new Error(`Refused: ${answer.refusal.type}.`)
  return customerId
}
