import { assertPossible } from '../soundness.ts'
import type { OrderedStock, StockEvent } from './events.ts'
import type { Reservations } from './reservations.ts'
import { NO_RESERVATIONS, reservedFor, withReserved } from './reservations.ts'

/** In every state: `onHand` is what came in and was found less what left, and `reserved` is part of it. */
export type Stock = {
  readonly onHand: number
  readonly reserved: number
  /** All that ever left for orders, less what came back. */
  readonly shipped: number
  readonly reservations: Reservations
}

export const NO_STOCK: Stock = {
  onHand: 0,
  reserved: 0,
  shipped: 0,
  reservations: NO_RESERVATIONS,
}

export const availableOf = (stock: Pick<Stock, 'onHand' | 'reserved'>): number =>
  stock.onHand - stock.reserved

const assertReserved = (stock: Stock, type: string, data: OrderedStock): void => {
  const { orderId, line, quantity } = data
  const reserved = reservedFor(stock.reservations, orderId, line)
  assertPossible(
    quantity > 0 && quantity <= reserved,
    `${type} took ${quantity} of the ${reserved} set aside for line ${line} of ${orderId}; ` +
      'check what appended it',
  )
}

/** How the counts move; the same for a product's state and for its row. */
export const stockCounts = <Counts extends Pick<Stock, 'onHand' | 'reserved' | 'shipped'>>(
  counts: Counts,
  event: StockEvent,
): Counts => {
  switch (event.type) {
    case 'StockReceived':
      return { ...counts, onHand: counts.onHand + event.data.quantity }
    case 'StockAdjusted':
      return { ...counts, onHand: counts.onHand + event.data.delta }
    case 'StockReserved':
      return { ...counts, reserved: counts.reserved + event.data.quantity }
    case 'StockReleased':
      return { ...counts, reserved: counts.reserved - event.data.quantity }
    case 'StockShipped': {
      const { quantity } = event.data
      return {
        ...counts,
        onHand: counts.onHand - quantity,
        reserved: counts.reserved - quantity,
        shipped: counts.shipped + quantity,
      }
    }
    case 'StockRestocked': {
      const { quantity } = event.data
      return {
        ...counts,
        onHand: counts.onHand + quantity,
        shipped: counts.shipped - quantity,
      }
    }
  }
}

export const evolveStock = (stock: Stock, event: StockEvent): Stock => {
  const after = stockCounts(stock, event)
  assertPossible(
    availableOf(after) >= 0,
    `${event.type} left ${availableOf(after)} available; check what appended it`,
  )
  switch (event.type) {
    case 'StockReserved':
      return {
        ...after,
        reservations: withReserved(stock.reservations, event.data, event.data.quantity),
      }
    case 'StockReleased':
    case 'StockShipped':
      assertReserved(stock, event.type, event.data)
      return {
        ...after,
        reservations: withReserved(stock.reservations, event.data, -event.data.quantity),
      }
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockRestocked':
      return after
  }
}
