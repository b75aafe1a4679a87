import { assertPossible } from '../soundness.ts'
import type { LineItems } from './events.ts'
import type { OrderLine } from './order.ts'
import { remainingOf, returnableOf } from './order.ts'

type Count = 'cancelled' | 'shipped' | 'delivered' | 'returned' | 'reserved'

const FREE: Readonly<Record<Count, (line: OrderLine) => number>> = {
  cancelled: remainingOf,
  shipped: remainingOf,
  delivered: (line) => line.shipped - line.delivered,
  returned: returnableOf,
  reserved: (line) => line.reserved,
}

/** Moves the items on in one count, and insists that there is a line with as many for each of them. */
export const moved = (
  lines: readonly OrderLine[],
  items: readonly LineItems[],
  count: Count,
): readonly OrderLine[] => {
  const counted = [...lines]
  for (const { line, quantity } of items) {
    const index = counted.findIndex((one) => one.line === line)
    const before = counted[index]
    const free = before === undefined ? 0 : FREE[count](before)
    assertPossible(
      before !== undefined && quantity > 0 && quantity <= free,
      `${quantity} items of line ${line} were ${count} where ${free} could be; check what appended it`,
    )
    // What leaves the reservation is the one thing that gets less.
    const after = before[count] + (count === 'reserved' ? -quantity : quantity)
    counted[index] = { ...before, [count]: after }
  }
  return counted
}
