import type { OrderId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import type { Money } from '../money.ts'
import type { OrderCommand } from '../order/command.ts'
import type { PaymentKind } from '../order/payment.ts'
import type { ProductCommand } from '../product/command.ts'
import type { Refusal } from '../refusal.ts'
import type { DomainEvent } from '../stored.ts'
import type { Timing } from '../timing.ts'

/** Who carries a command out also says when. */
type Untimed<Command> = Command extends Timing ? Omit<Command, keyof Timing> : never

export type OrderTaskCommand = Untimed<
  Extract<
    OrderCommand,
    {
      type:
        | 'RecordReservation'
        | 'ConfirmOrder'
        | 'CancelOrder'
        | 'ExpireOrder'
        | 'AuthorizePayment'
        | 'RecordPaymentResult'
        | 'RecordPaymentExpiry'
    }
  >
>

export type ProductTaskCommand = Untimed<
  Extract<ProductCommand, { type: 'ReserveStock' | 'ReleaseStock' | 'ShipStock' | 'RestockItems' }>
>

/**
 * What is asked of the payment gateway. SEND moves money; LOOK_UP only asks what became of a SEND whose
 * answer never came. `idempotencyKey` null stands for the id of the task that carries the call.
 */
export type GatewayCall = {
  readonly action: 'SEND' | 'LOOK_UP'
  readonly idempotencyKey: string | null
  readonly orderId: OrderId
  readonly payment: number
  readonly kind: PaymentKind
  readonly amount: Money
  /** What the client's payment form made of the card; only for an authorization. */
  readonly token: string | null
  /** The gateway's own name for what is captured, voided or refunded. */
  readonly reference: string | null
  /** How many look-ups went before. */
  readonly lookUps: number
}

export type Work =
  | { readonly type: 'command'; readonly aggregate: 'order'; readonly command: OrderTaskCommand }
  | {
      readonly type: 'command'
      readonly aggregate: 'product'
      readonly command: ProductTaskCommand
    }
  | { readonly type: 'gateway'; readonly call: GatewayCall }

/**
 * Something a process wants done, as plain data. `name` and `target` tell it from the others that the
 * same cause asks for, whatever their order; tasks of one `key` are carried out one after another.
 */
export type Task = {
  readonly name: string
  readonly target: string
  readonly key: string
  readonly work: Work
  /** Not before then; null means at once. */
  readonly dueAt: Instant | null
}

/** Takes back every task of the key that nobody has begun. */
export type Withdrawal = { readonly withdraw: string }

/** What became of a task. `at` is when it was learnt. */
export type TaskOutcome = { readonly at: Instant } & (
  | { readonly type: 'accepted' }
  | { readonly type: 'refused'; readonly refusal: Refusal | { readonly type: string } }
  | { readonly type: 'succeeded'; readonly reference: string | null }
  | { readonly type: 'declined'; readonly reason: string }
  /** The attempts were used up or the deadline passed; money may have moved or not. */
  | { readonly type: 'unresolved'; readonly reason: string }
  /** A look-up found that the gateway has never heard of the call. */
  | { readonly type: 'absent' }
)

/** An event as a process is told of it. */
export type Occurrence = {
  /** The stream it stands in. */
  readonly stream: string
  readonly event: DomainEvent
  readonly recordedAt: Instant
}

/** A process as pure functions. `origin` is the first event of the occurrence's stream. */
export interface ProcessRules {
  readonly react: (occurrence: Occurrence, origin: DomainEvent) => readonly (Task | Withdrawal)[]
  /** What to do next, now that a task was carried out. Throws where no answer can be sound. */
  readonly answer: (task: StoredTask, outcome: TaskOutcome) => readonly Task[]
}

/** An answer that only a fault explains; the task is to be parked for somebody to look at. */
export class UnsoundAnswer extends Error {
  override readonly name = 'UnsoundAnswer'
}

/** A task with the id the engine gave it when it was stored. */
export type StoredTask = Task & { readonly id: string }
