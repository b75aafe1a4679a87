import type * as z from 'zod'
import type { InputRef } from '@pothos/core'
import type { Actor } from '../domain/actor.ts'
import type { ChangeOrderLines, LaterCommand } from '../domain/order/command.ts'
import type { OrderId } from '../domain/identity.ts'
import type { Instant } from '../domain/instant.ts'
import type { Timing } from '../domain/timing.ts'
import { answer } from './answer.ts'
import { builder } from './builder.ts'
import { commandRequest, timing } from './command-request.ts'
import { commandFields, orderId, readInput } from './input.ts'
import { answeringOrder } from './order-preview.ts'
import type { laterResult } from './order-result.ts'
import type { RefusalFields } from './refusal-path.ts'

/** What the input of every command on a known order has. */
export const onOrder = { ...commandFields, orderId }

/** The products of new lines are read where the command is handled. */
type Asked = Exclude<LaterCommand, ChangeOrderLines> | Omit<ChangeOrderLines, 'products'>

interface OnOrder {
  readonly commandId: string | null
  readonly expectedVersion: number | null
  readonly occurredAt: Instant | null
  readonly orderId: OrderId
  readonly dryRun: boolean
}

type OfOrder = Timing & { readonly orderId: OrderId }

/** A mutation that does one command to an order there is. */
export const laterMutation = <Reads extends z.ZodType<OnOrder>>(
  mutation: string,
  told: {
    readonly description: string
    readonly about: string
    readonly input: InputRef<object>
    readonly result: ReturnType<typeof laterResult>
    readonly reads: Reads
    readonly command: (of: OfOrder, wanted: z.output<Reads>, by: Actor) => Asked
    readonly fields?: RefusalFields
  },
): void =>
  builder.mutationField(mutation, (t) =>
    t.field({
      type: told.result,
      nullable: true,
      description: told.description,
      args: { input: t.arg({ type: told.input, required: true, description: told.about }) },
      resolve: (_root, { input }, context) => {
        const wanted = readInput(told.reads, input)
        const { commandId, expectedVersion } = wanted
        const of = { ...timing(context, wanted.occurredAt), orderId: wanted.orderId }
        const command = told.command(of, wanted, context.viewer.actor)
        const said = { mutation, input: { ...input }, commandId, expectedVersion }
        const request = commandRequest(context, said)
        const options = { request, fresh: false }
        const { fields = {} } = told
        return answer(context, answeringOrder, { command, options, dryRun: wanted.dryRun, fields })
      },
    }),
  )
