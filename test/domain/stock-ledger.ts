import type { ProductEvent, StockEvent } from '../../src/domain/product/events.ts'

const STOCK_TYPES: readonly string[] = [
  'StockReceived',
  'StockAdjusted',
  'StockReserved',
  'StockReleased',
  'StockShipped',
  'StockRestocked',
] satisfies readonly StockEvent['type'][]

export const isStockEvent = (event: { readonly type: string }): event is StockEvent =>
  STOCK_TYPES.includes(event.type)

/** What one product has, told from its events alone and not by the code that is tested. */
export class StockLedger {
  #available = 0
  #shipped = 0
  /** Received, adjusted and restocked. */
  #arrived = 0
  /** What is set aside, by order and line; a reservation that came to its end is 0. */
  readonly #reservations = new Map<string, number>()

  /** What cannot be, now that this has happened. */
  add(event: ProductEvent): readonly string[] {
    if (!isStockEvent(event)) return []
    const problems = this.#move(event)
    const [reserved, onHand] = [this.reserved, this.#arrived - this.#shipped]
    if (onHand - reserved < 0) problems.push(`${reserved} set aside of ${onHand} on hand`)
    if (this.#arrived !== this.#available + reserved + this.#shipped) {
      problems.push(
        `${this.#arrived} arrived, but ${this.#available} are available, ${reserved} set aside and ` +
          `${this.#shipped} gone`,
      )
    }
    return problems
  }

  get available(): number {
    return this.#available
  }

  get reserved(): number {
    let sum = 0
    for (const quantity of this.#reservations.values()) sum += quantity
    return sum
  }

  /** What is set aside for `<order>/<line>`. */
  reservedFor(place: string): number {
    return this.#reservations.get(place) ?? 0
  }

  #move(event: StockEvent): string[] {
    switch (event.type) {
      case 'StockReceived':
        return this.#arrive(event.data.quantity)
      case 'StockAdjusted':
        return this.#arrive(event.data.delta)
      case 'StockRestocked':
        return this.#arrive(event.data.quantity)
      case 'StockReserved': {
        const { orderId, line, quantity } = event.data
        this.#available -= quantity
        const place = `${orderId}/${line}`
        this.#reservations.set(place, this.reservedFor(place) + quantity)
        return []
      }
      case 'StockReleased':
        this.#available += event.data.quantity
        return this.#end(event.type, event.data)
      case 'StockShipped':
        this.#shipped += event.data.quantity
        return this.#end(event.type, event.data)
    }
  }

  #arrive(quantity: number): string[] {
    this.#arrived += quantity
    this.#available += quantity
    return []
  }

  #end(
    type: string,
    data: { readonly orderId: string; readonly line: number; readonly quantity: number },
  ): string[] {
    const place = `${data.orderId}/${data.line}`
    const open = this.reservedFor(place)
    this.#reservations.set(place, Math.max(0, open - data.quantity))
    return data.quantity <= open
      ? []
      : [
          `${type} of ${data.quantity} after the reservation of ${place} ended, of which ${open} were left`,
        ]
  }
}
