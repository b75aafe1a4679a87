import { describe, expect, it } from 'vitest'
import type { CurrencyCode } from '../../src/domain/currency.ts'
import type { ProductEvent } from '../../src/domain/product/events.ts'
import { products } from '../../src/read-model/products.ts'
import { instant, minor, occurrence, productStream, usd } from './histories.ts'

const stream = productStream(1)
const eur = 'EUR' as CurrencyCode

const registered: ProductEvent = {
  type: 'ProductRegistered',
  data: {
    occurredAt: instant(0),
    reference: 'P-1',
    name: 'Gumbär Gummibärchen',
    prices: [{ currency: usd, minor: minor(3_123) }],
  },
}

const after = (...events: readonly ProductEvent[]) => {
  const origin = occurrence(stream, 1, registered)
  return [registered, ...events].reduce<ReturnType<typeof products.project>>(
    (row, event, i) => products.project(row, occurrence(stream, i + 1, event), origin),
    undefined,
  )
}

describe('the products read model', () => {
  it('shows a registered product, to be found without accents', () => {
    expect(after()).toEqual({
      id: stream,
      reference: 'P-1',
      name: 'Gumbär Gummibärchen',
      nameOrder: 'gumbar gummibarchen',
      prices: [{ currency: usd, minor: 3_123 }],
      status: 'ACTIVE',
      onHand: 0,
      reserved: 0,
      available: 0,
      shipped: 0,
      registeredAt: instant(0),
      discontinuedAt: null,
      updatedAt: instant(0),
    })
  })

  it('keeps one price per currency', () => {
    const price = (currency: CurrencyCode, amount: number, minute: number): ProductEvent => ({
      type: 'ProductPriceChanged',
      data: { occurredAt: instant(minute), price: { currency, minor: minor(amount) } },
    })
    expect(after(price(eur, 9, 1), price(usd, 7, 2))).toMatchObject({
      prices: [
        { currency: usd, minor: 7 },
        { currency: eur, minor: 9 },
      ],
      updatedAt: instant(2),
    })
  })

  it('shows since when a product is no longer sold', () => {
    expect(after({ type: 'ProductDiscontinued', data: { occurredAt: instant(3) } })).toMatchObject({
      status: 'DISCONTINUED',
      discontinuedAt: instant(3),
      updatedAt: instant(3),
    })
  })
})
