import type { CustomerCommand } from '../domain/customer/command.ts'
import { customerDecider } from '../domain/customer/customer-decider.ts'
import { parseCustomerId, type OrderId } from '../domain/identity.ts'
import type { ChangeOrderLines, OrderCommand, PlaceOrder } from '../domain/order/command.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import { orderDecider } from '../domain/order/order-decider.ts'
import type { ProductCommand } from '../domain/product/command.ts'
import { productDecider } from '../domain/product/product-decider.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position } from '../store/position.ts'
import { customerEvent, newEvent, orderEvent, productEvent } from './aggregate-event.ts'
import { decideNow, type CommandRefusal, type Prepared } from './decide-now.ts'
import type { CommandRequest, CommandResult } from './command-request.ts'
import { commandHandler, type CommandHandler } from './handle.ts'
import { joined } from './join.ts'
import { changeFacts, orderFacts } from './order-facts.ts'
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

/** What a command on an order would have come to, had it been meant. */
export type DryAnswer =
  | {
      readonly type: 'previewed'
      readonly orderId: OrderId
      readonly history: readonly OrderEvent[]
      readonly events: readonly [OrderEvent, ...OrderEvent[]]
      /** Where the order's last event stands. */
      readonly at: Position
      /** Where the last event stands that the decision rests on. */
      readonly position: Position
    }
  | Extract<Answer, { readonly type: 'refused' }>

export interface CommandOptions {
  readonly request: CommandRequest
  /** The stream was named for this command just now, so nothing can stand in it. */
  readonly fresh: boolean
}

type AskedOfOrder =
  Exclude<OrderCommand, PlaceOrder | ChangeOrderLines> | Omit<ChangeOrderLines, 'products'>

/** The write side of the service: every command there is, and what becomes of it. */
export interface Commands {
  /** Reads the customer and the products first: the facts the order is decided on. */
  placeOrder(command: Omit<PlaceOrder, 'facts'>, options: CommandOptions): Promise<Answer>
  /** Reads the products of new lines first, where there are any. */
  order(command: AskedOfOrder, options: CommandOptions): Promise<Answer>
  /** Decides on the present state; writes nothing, and knows of no receipts. */
  dryOrder(
    command: AskedOfOrder | Omit<PlaceOrder, 'facts'>,
    options: CommandOptions,
  ): Promise<DryAnswer>
  product(command: ProductCommand, options: CommandOptions): Promise<Answer>
  customer(command: CustomerCommand, options: CommandOptions): Promise<Answer>
}

export const commands = (log: Log): Commands => {
  const known = knownStates(log)
  const aggregate = { log, store: newEvent }
  const order = joining(
    commandHandler({ ...aggregate, decider: orderDecider, states: known.orders }),
  )
  const product = joining(
    commandHandler({ ...aggregate, decider: productDecider, states: known.products }),
  )
  const customer = joining(
    commandHandler({
      ...aggregate,
      decider: customerDecider,
      states: known.customers,
      forgets: forgottenBy,
    }),
  )

  return {
    placeOrder: (command, options) =>
      order(command.orderId, options, () => orderFacts(known, command)),
    order: (command, options) =>
      order(
        command.orderId,
        options,
        command.type === 'ChangeOrderLines' ? () => changeFacts(known, command) : asIs(command),
      ),
    dryOrder: (command, options) => dryOrder({ log, known }, command, options),
    product: (command, options) => product(command.productId, options, asIs(command)),
    customer: (command, options) => customer(command.customerId, options, asIs(command)),
  }
}

/** What is known of every aggregate, kind by kind. */
const knownStates = (log: Log) => ({
  orders: states(log, { ...orderDecider, parse: orderEvent }),
  products: states(log, { ...productDecider, parse: productEvent }),
  customers: states(log, { ...customerDecider, parse: customerEvent }, { limits: PERSONAL_LIMITS }),
})

const dryOrder = async (
  { log, known }: { readonly log: Log; readonly known: ReturnType<typeof knownStates> },
  command: AskedOfOrder | Omit<PlaceOrder, 'facts'>,
  { request, fresh }: CommandOptions,
): Promise<DryAnswer> => {
  const { orderId } = command
  const prepare = async (): Promise<Prepared<OrderCommand>> => {
    if (command.type === 'PlaceOrder') return await orderFacts(known, command)
    if (command.type === 'ChangeOrderLines') return await changeFacts(known, command)
    return { command, readAt: LOG_START }
  }
  const judged = await decideNow(
    { decider: orderDecider, states: known.orders },
    { stream: orderId, fresh, prepare, expectedVersion: request.expectedVersion },
  )
  const { decision, seenAt } = judged
  if (decision.type === 'refused') {
    const refusal = named(decision.refusal)
    return { type: 'refused', commandId: request.key.id, refusal, position: seenAt }
  }
  const { version, position: at } = judged.known
  // No more than it was decided on, whatever came since.
  const history = version === 0 ? [] : (await log.load(orderId)).slice(0, version)
  return {
    type: 'previewed',
    orderId,
    history: history.map(orderEvent),
    events: decision.events,
    at,
    position: seenAt,
  }
}

const asIs =
  <Command>(command: Command) =>
  (): Promise<Prepared<Command>> =>
    Promise.resolve({ command, readAt: LOG_START })

/** The key ends in the commit of CustomerErased (D19), so neither is ever there without the other. */
const forgottenBy = (command: CustomerCommand): string | undefined =>
  command.type === 'ForgetCustomer' ? command.customerId : undefined

/** Joins equal commands, then handles them. */
const joining = <Command, Own extends Refusal>(handle: CommandHandler<Command, Own>) => {
  const repetitions = joined<Own>()
  return async (
    stream: string,
    { request, fresh }: CommandOptions,
    prepare: () => Promise<Prepared<Command>>,
  ): Promise<Answer> => {
    const result = await repetitions.run(request, () => handle({ stream, fresh, prepare, request }))
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
