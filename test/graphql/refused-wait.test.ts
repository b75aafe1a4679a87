import { expect, it } from 'vitest'
import { PROJECTION_LIMITS } from '../../src/projection/limits.ts'
import { position as storePosition } from '../../src/store/position.ts'
import { textOf } from './service.ts'
import { shop } from './shop.ts'

const AT =
  'query ($p: Position, $t: Int) @readAfter(position: $p, timeoutMs: $t) { orders(first: 1) { position } }'

it('a read that is refused, since too many wait already, says how far the read model is', async () => {
  await using open = await shop()
  const before = await open.order()
  await open.ask(AT, { p: before['position'] })
  const { projections } = open.services
  projections.pause('orders')
  const { position, orderId } = await open.order()
  const at = storePosition(BigInt(textOf(position).split('.')[1] ?? ''))
  const waits = Array.from({ length: PROJECTION_LIMITS.waitersMax }, () =>
    projections.wait(['orders'], at, { timeoutMs: 30_000 }),
  )
  const refused = await open.ask(AT, { p: position, t: 10_000 })
  expect(refused.errors).toMatchObject([
    { extensions: { code: 'OVERLOADED', position, readModels: ['orders'] } },
  ])
  const facts = refused.errors?.[0]?.extensions
  expect(facts?.['checkpoint']).toBe(before['position'])
  expect(facts?.['retryAfterMs']).toBeGreaterThan(0)
  // OVERLOADED would say that nothing was written.
  const confirmed = await open.ask(
    'mutation ($id: ID!) { confirmOrder(input: { orderId: $id }) { ... on OrderAccepted { version order { id } } } }',
    { id: orderId },
  )
  expect(confirmed.data['confirmOrder']).toEqual({ version: 2, order: null })
  expect(confirmed.errors).toMatchObject([{ extensions: { code: 'PROJECTION_BEHIND' } }])
  projections.resume('orders')
  await Promise.all(waits)
})
