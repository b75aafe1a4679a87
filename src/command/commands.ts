import type { CustomerCommand } from '../domain/customer/command.ts'
import { customerDecider } from '../domain/customer/customer-decider.ts'
import type { CustomerEvent } from '../domain/customer/events.ts'
import { parseCustomerId } from '../domain/identity.ts'
import type { ChangeOrderLines, OrderCommand, PlaceOrder } from '../domain/order/command.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import { orderDecider } from '../domain/order/order-decider.ts'
import type { ProductCommand } from '../domain/product/command.ts'
import type { ProductEvent } from '../domain/product/events.ts'
import { productDecider } from '../domain/product/product-decider.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position } from '../store/position.ts'
import { customerEvent, newEvent, orderEvent, productEvent } from './aggregate-event.ts'
import type { CommandRefusal, Prepared } from './decide-now.ts'
import { dryRun, type DryResult } from './dry-run.ts'
import {
  commandHandler,
  type CommandHandler,
  type CommandRequest,
  type CommandResult,
  type Handling,
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

/** What a command would have come to, had it been meant. */
export type DryAnswer<Event> =
  | Extract<DryResult<Event, never>, { readonly type: 'previewed' }>
  | Extract<Answer, { readonly type: 'refused' }>

export interface CommandOptions {
  readonly request: CommandRequest
  /** The stream was named for this command just now, so nothing can stand in it. */
  readonly fresh: boolean
}

type AskedOfOrder =
  Exclude<OrderCommand, PlaceOrder | ChangeOrderLines> | Omit<ChangeOrderLines, 'products'>

type OrderAsked = AskedOfOrder | Omit<PlaceOrder, 'facts'>

/** The write side of the service: every command there is, and what becomes of it. */
export interface Commands {
  /** Reads the customer and the products first: the facts the order is decided on. */
  placeOrder(command: Omit<PlaceOrder, 'facts'>, options: CommandOptions): Promise<Answer>
  /** Reads the products of new lines first, where there are any. */
  order(command: AskedOfOrder, options: CommandOptions): Promise<Answer>
  product(command: ProductCommand, options: CommandOptions): Promise<Answer>
  customer(command: CustomerCommand, options: CommandOptions): Promise<Answer>
  /** Each only tells what would become of it. */
  readonly dry: {
    order(command: OrderAsked, options: CommandOptions): Promise<DryAnswer<OrderEvent>>
    product(command: ProductCommand, options: CommandOptions): Promise<DryAnswer<ProductEvent>>
    customer(command: CustomerCommand, options: CommandOptions): Promise<DryAnswer<CustomerEvent>>
  }
}

export const commands = (log: Log): Commands => {
  const waitingLine = turns()
  const orders = { log, decider: orderDecider, parse: orderEvent }
  const products = { log, decider: productDecider, parse: productEvent }
  const customers = { log, decider: customerDecider, parse: customerEvent }
  const order = taking(waitingLine, commandHandler({ ...orders, store: newEvent }))
  const product = taking(waitingLine, commandHandler({ ...products, store: newEvent }))
  const customer = taking(
    waitingLine,
    commandHandler({ ...customers, store: newEvent, precede: keyDestroyed(log) }),
  )
  const dry = {
    order: dryly(dryRun(orders)),
    product: dryly(dryRun(products)),
    customer: dryly(dryRun(customers)),
  }

  return {
    placeOrder: (command, options) => order(command.orderId, options, withFacts(log, command)),
    order: (command, options) => order(command.orderId, options, withFacts(log, command)),
    product: (command, options) => product(command.productId, options, asIs(command)),
    customer: (command, options) => customer(command.customerId, options, asIs(command)),
    dry: {
      order: (command, options) => dry.order(command.orderId, options, withFacts(log, command)),
      product: (command, options) => dry.product(command.productId, options, asIs(command)),
      customer: (command, options) => dry.customer(command.customerId, options, asIs(command)),
    },
  }
}

/** The command with what is to be read of other streams before it is decided. */
const withFacts = (log: Log, command: OrderAsked) => async (): Promise<Prepared<OrderCommand>> => {
  if (command.type === 'PlaceOrder') return await orderFacts(log, command)
  if (command.type === 'ChangeOrderLines') return await changeFacts(log, command)
  return { command, readAt: LOG_START }
}

const asIs =
  <Command>(command: Command) =>
  (): Promise<Prepared<Command>> =>
    Promise.resolve({ command, readAt: LOG_START })

/**
 * Somebody's key is destroyed before their stream says so. The other way round, an order decided on
 * their name could still be sealed and appended after CustomerErased, and so after the erasure that
 * was to empty its row; once the key is gone every append refuses, so nothing of theirs comes later.
 * A crash in between leaves somebody known to nobody but the read models; repeating the command ends
 * that, since who is not erased yet can be erased with or without a key.
 */
const keyDestroyed = (log: Log) => (command: CustomerCommand) =>
  command.type === 'ForgetCustomer' ? () => log.forget(command.customerId) : undefined

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

const dryly =
  <Command, Event, Own extends Refusal>(
    run: (handling: Handling<Command>) => Promise<DryResult<Event, Own>>,
  ) =>
  async (
    stream: string,
    options: CommandOptions,
    prepare: () => Promise<Prepared<Command>>,
  ): Promise<DryAnswer<Event>> => {
    const result = await run({ stream, ...options, prepare })
    return result.type === 'previewed' ? result : { ...result, refusal: named(result.refusal) }
  }

/** The store knows subjects, the business knows customers. */
const named = (refusal: Refusal | CommandRefusal): KnownRefusal => {
  if (refusal.type !== 'SubjectForgotten') return refusal
  const customerId = parseCustomerId(refusal.subject)
  if (customerId === undefined)
    throw new Error(`Personal data was sealed for ${refusal.subject}, which is no customer.`)
  return { type: 'CustomerForgotten', customerId }
}
