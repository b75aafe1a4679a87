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
import { type CommandCounts, commandCounts, counted } from './command-counts.ts'
import type { CommandRequest, CommandResult } from './command-request.ts'
import type { CommandRefusal, Prepared } from './decide-now.ts'
import { dryRun, type DryResult } from './dry-run.ts'
import { commandHandler, type CommandHandler, type Handling } from './handle.ts'
import { joined } from './join.ts'
import { changeFacts, orderFacts, type FactStates } from './order-facts.ts'
import { PERSONAL_LIMITS, states } from './states.ts'

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

export const commands = (log: Log, counts: CommandCounts = commandCounts()): Commands => {
  const known = knownStates(log, counts)
  const retried = () => void (counts.retries += 1)
  const orders = { log, decider: orderDecider, states: known.orders, parse: orderEvent }
  const products = { log, decider: productDecider, states: known.products, parse: productEvent }
  const customers = { log, decider: customerDecider, states: known.customers, parse: customerEvent }
  const order = joining(counts, commandHandler({ ...orders, store: newEvent }, retried))
  const product = joining(counts, commandHandler({ ...products, store: newEvent }, retried))
  const customer = joining(
    counts,
    commandHandler({ ...customers, store: newEvent, forgets: forgottenBy }, retried),
  )
  const dry = {
    order: dryly(dryRun(orders)),
    product: dryly(dryRun(products)),
    customer: dryly(dryRun(customers)),
  }

  return {
    placeOrder: (command, options) => order(command.orderId, options, withFacts(known, command)),
    order: (command, options) => order(command.orderId, options, withFacts(known, command)),
    product: (command, options) => product(command.productId, options, asIs(command)),
    customer: (command, options) => customer(command.customerId, options, asIs(command)),
    dry: {
      order: (command, options) => dry.order(command.orderId, options, withFacts(known, command)),
      product: (command, options) => dry.product(command.productId, options, asIs(command)),
      customer: (command, options) => dry.customer(command.customerId, options, asIs(command)),
    },
  }
}

/** What is known of every aggregate, kind by kind. */
const knownStates = (log: Log, counts: CommandCounts) => {
  const personal = { limits: PERSONAL_LIMITS, counts }
  return {
    orders: states(log, { ...orderDecider, parse: orderEvent }, personal),
    products: states(log, { ...productDecider, parse: productEvent }, { counts }),
    customers: states(log, { ...customerDecider, parse: customerEvent }, personal),
  }
}

/** The command with what is to be read of other streams before it is decided. */
const withFacts =
  (known: FactStates, command: OrderAsked) => async (): Promise<Prepared<OrderCommand>> => {
    if (command.type === 'PlaceOrder') return await orderFacts(known, command)
    if (command.type === 'ChangeOrderLines') return await changeFacts(known, command)
    return { command, readAt: LOG_START }
  }

const asIs =
  <Command>(command: Command) =>
  (): Promise<Prepared<Command>> =>
    Promise.resolve({ command, readAt: LOG_START })

/** The key ends in the commit of CustomerErased (D19), so neither is ever there without the other. */
const forgottenBy = (command: CustomerCommand): string | undefined =>
  command.type === 'ForgetCustomer' ? command.customerId : undefined

/** Joins equal commands, then handles them. */
const joining = <Command, Own extends Refusal>(
  counts: CommandCounts,
  handle: CommandHandler<Command, Own>,
) => {
  const repetitions = joined<Own>()
  return async (
    stream: string,
    { request, fresh }: CommandOptions,
    prepare: () => Promise<Prepared<Command>>,
  ): Promise<Answer> => {
    const handling = { stream, fresh, prepare, request }
    const result = await counted(
      counts,
      repetitions.run(request, () => handle(handling)),
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
