import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import { assertSound } from '../soundness.ts'
import { occurredAtOf } from '../timing.ts'
import type { AdjustStock, OrderStock, StockCommand } from './command.ts'
import type { ProductEvent } from './events.ts'
import type { ActiveProduct, DiscontinuedProduct } from './evolve.ts'
import type { ProductRefusal } from './refusal.ts'
import { reservedFor } from './reservations.ts'
import { availableOf } from './stock.ts'

type ProductDecision = Decision<ProductEvent, ProductRefusal>
type Product = ActiveProduct | DiscontinuedProduct

const adjust = (command: AdjustStock, product: Product): ProductDecision => {
  const { productId, delta, reason, note } = command
  const available = availableOf(product.stock)
  if (available + delta < 0) {
    return refused({ type: 'StockShort', productId, requested: -delta, available })
  }
  return accepted<ProductEvent>({
    type: 'StockAdjusted',
    data: { occurredAt: occurredAtOf(command), delta, reason, note },
  })
}

const reserve = (command: OrderStock, product: Product): ProductDecision => {
  const { productId, orderId, line, quantity } = command
  if (product.status === 'DISCONTINUED') {
    const { discontinuedAt } = product
    return refused({ type: 'ProductIsDiscontinued', productId, discontinuedAt, line })
  }
  const available = availableOf(product.stock)
  if (quantity > available) {
    return refused({ type: 'StockShort', productId, requested: quantity, available })
  }
  const occurredAt = occurredAtOf(command)
  return accepted<ProductEvent>({
    type: 'StockReserved',
    data: { occurredAt, orderId, line, quantity },
  })
}

const endReservation = (
  command: OrderStock,
  product: Product,
  type: 'StockReleased' | 'StockShipped',
): ProductDecision => {
  const { productId, orderId, line, quantity } = command
  const reserved = reservedFor(product.stock.reservations, orderId, line)
  if (quantity > reserved) {
    return refused({ type: 'ReservationUnknown', productId, orderId, line, reserved })
  }
  const data = { occurredAt: occurredAtOf(command), orderId, line, quantity }
  return accepted<ProductEvent>({ type, data })
}

export const decideStock = (command: StockCommand, product: Product): ProductDecision => {
  const count = command.type === 'AdjustStock' ? Math.abs(command.delta) : command.quantity
  assertSound(
    Number.isSafeInteger(count) && count > 0,
    `${command.type} came with a count of ${count}; refuse that as bad input at the edge`,
  )
  switch (command.type) {
    case 'ReceiveStock': {
      const { quantity, note } = command
      const data = { occurredAt: occurredAtOf(command), quantity, note }
      return accepted<ProductEvent>({ type: 'StockReceived', data })
    }
    case 'AdjustStock':
      return adjust(command, product)
    case 'ReserveStock':
      return reserve(command, product)
    case 'ReleaseStock':
      return endReservation(command, product, 'StockReleased')
    case 'ShipStock':
      return endReservation(command, product, 'StockShipped')
    case 'RestockItems': {
      const { orderId, line, quantity } = command
      const data = { occurredAt: occurredAtOf(command), orderId, line, quantity }
      return accepted<ProductEvent>({ type: 'StockRestocked', data })
    }
  }
}
