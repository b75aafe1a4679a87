import type { OrderCommandName } from './command.ts'
import type { LineCounts, OrderStatus } from './status.ts'

/** How far an order is: all that decides which commands make sense. */
export type OrderProgress = {
  readonly status: OrderStatus
  readonly lines: readonly LineCounts[]
  readonly shipments: readonly { readonly deliveredAt: string | null }[]
}

export type LaterCommandName = Exclude<OrderCommandName, 'PlaceOrder'>

/** What could now be accepted, so that no client needs to know the machine. A test holds it to `decide`. */
export const allowedCommands = (order: OrderProgress): readonly LaterCommandName[] => {
  switch (order.status) {
    case 'PENDING':
      return ['ConfirmOrder', 'CancelOrder']
    case 'CANCELLED':
    case 'COMPLETED':
      return []
    case 'CONFIRMED': {
      const allowed: LaterCommandName[] = []
      const remains = order.lines.some((line) => line.ordered - line.cancelled > line.shipped)
      if (remains) allowed.push('ShipOrder')
      if (order.shipments.some(({ deliveredAt }) => deliveredAt === null))
        allowed.push('DeliverOrder')
      if (order.shipments.length === 0) allowed.push('CancelOrder')
      return allowed
    }
  }
}
