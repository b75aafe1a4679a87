import type { CustomerCommand } from '../domain/customer/command.ts'
import { customerDecider } from '../domain/customer/customer-decider.ts'
import { parseCustomerId } from '../domain/identity.ts'
import type { ChangeOrderLines, OrderCommand, PlaceOrder } from '../domain/order/command.ts'
import { orderDecider } from '../domain/order/order-decider.ts'
import type { ProductCommand } from '../domain/product/command.ts'
import { productDecider } from '../domain/product/product-decider.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position } from '../store/position.ts'
import { customerEvent, newEvent, orderEvent, productEvent } from './aggregate-event.ts'
import {
  commandHandler,
  type CommandHandler,
  type CommandRefusal,
  type CommandRequest,
  type CommandResult,
  type Prepared,
} from './handle.ts'
import { joined } from './join.ts'
import { changeFacts, orderFacts } from './order-facts.ts'
import { turns, type Turns } from './turns.ts'

/** Every refusal a client can meet: the business's, and those about the command itself. */
export type KnownRefusal = Refusal | Exclude<CommandRefusal, { readonly type: 'SubjectForgotten' }>

export type Answer =
  | Extract<CommandResult<never>, { readonly type: 'accepted' }>
  | {
      readonly type: 'refused'
      readonly commandId: string
      readonly refusal: KnownRefusal
      readonly position: Position
    }

export interface CommandOptions {
  readonly request: CommandRequest
  /** The stream was named for this command just now, so nothing can stand in it. */
  readonly fresh: boolean
}

/** The write side of the service: every command there is, and what becomes of it. */
export interface Commands {
  /** Reads the customer and the products first: the facts the order is decided on. */
  placeOrder(command: Omit<PlaceOrder, 'facts'>, options: CommandOptions): Promise<Answer>
  /** Reads the products of new lines first, where there are any. */
  order(
    command:
      Exclude<OrderCommand, PlaceOrder | ChangeOrderLines> | Omit<ChangeOrderLines, 'products'>,
    options: CommandOptions,
  ): Promise<Answer>
  product(command: ProductCommand, options: CommandOptions): Promise<Answer>
  customer(command: CustomerCommand, options: CommandOptions): Promise<Answer>
}

export const commands = (log: Log): Commands => {
  const waitingLine = turns()
  const aggregate = { log, store: newEvent }
  const order = taking(
    waitingLine,
    commandHandler({ ...aggregate, decider: orderDecider, parse: orderEvent }),
  )
  const product = taking(
    waitingLine,
    commandHandler({ ...aggregate, decider: productDecider, parse: productEvent }),
  )
  const customer = taking(
    waitingLine,
    commandHandler({ ...aggregate, decider: customerDecider, parse: customerEvent }),
  )

  return {
    placeOrder: (command, options) =>
      order(command.orderId, options, () => orderFacts(log, command)),
    order: (command, options) =>
      order(
        command.orderId,
        options,
        command.type === 'ChangeOrderLines' ? () => changeFacts(log, command) : asIs(command),
      ),
    product: (command, options) => product(command.productId, options, asIs(command)),
    customer: (command, options) => customer(command.customerId, options, asIs(command)),
  }
}

const asIs =
  <Command>(command: Command) =>
  (): Promise<Prepared<Command>> =>
    Promise.resolve({ command, readAt: LOG_START })

/** Joins equal commands and lets those on one stream take turns, then handles them. */
const taking = <Command, Own extends Refusal>(
  waitingLine: Turns,
  handle: CommandHandler<Command, Own>,
) => {
  const repetitions = joined<Own>()
  return async (
    stream: string,
    { request, fresh }: CommandOptions,
    prepare: () => Promise<Prepared<Command>>,
  ): Promise<Answer> => {
    const deadline = performance.now() + request.timeoutMs
    // The wait for the turn is part of the caller's time: behind an outage nobody starts anew.
    const run = () =>
      handle({
        stream,
        fresh,
        prepare,
        request: { ...request, timeoutMs: deadline - performance.now() },
      })
    const result = await repetitions.run(request, () =>
      fresh ? run() : waitingLine.take(stream, run),
    )
    return result.type === 'accepted' ? result : { ...result, refusal: named(result.refusal) }
  }
}

/** The store knows subjects, the business knows customers. */
const named = (refusal: Refusal | CommandRefusal): KnownRefusal => {
  if (refusal.type !== 'SubjectForgotten') return refusal
  const customerId = parseCustomerId(refusal.subject)
  if (customerId === undefined)
    throw new Error(`Personal data was sealed for ${refusal.subject}, which is no customer.`)
  return { type: 'CustomerForgotten', customerId }
}
