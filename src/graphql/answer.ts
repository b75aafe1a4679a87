import type { Answer, CommandOptions, Commands, DryAnswer } from '../command/commands.ts'
import { knownError, outcome, type Accepted } from './accepted.ts'
import type { GraphqlContext } from './context.ts'
import type { Previewed } from './preview.ts'
import type { Refused } from './refusal.ts'
import type { RefusalFields } from './refusal-path.ts'

/** What commands of one kind are about, and what they are answered with. */
export interface Answering<
  Command,
  Event extends { readonly type: string },
  Acceptance extends string,
  Preview extends string,
> {
  readonly accepted: Acceptance
  readonly preview: Preview
  handle(commands: Commands, command: Command, options: CommandOptions): Promise<Answer>
  dry(commands: Commands, command: Command, options: CommandOptions): Promise<DryAnswer<Event>>
  /** The thing as it would be; the ids of its parts hang below the mark, which is used once. */
  snapshot(
    dry: Extract<DryAnswer<Event>, { readonly type: 'previewed' }>,
    of: { readonly command: Command; readonly mark: string },
  ): object
}

interface Asked<Command> {
  readonly command: Command
  readonly options: CommandOptions
  /** Only tells what would become of it. */
  readonly dryRun: boolean
  readonly fields?: RefusalFields
}

/** Has a command handled, or tells what would become of it: a member of the mutation's result union. */
export const answer = async <
  Command,
  Event extends { readonly type: string },
  Acceptance extends string,
  Preview extends string,
>(
  context: GraphqlContext,
  answering: Answering<Command, Event, Acceptance, Preview>,
  asked: Asked<Command>,
): Promise<Accepted<Acceptance> | Previewed<Preview> | Refused> => {
  const { commands } = context.services
  const { command, options, fields = {} } = asked
  if (!asked.dryRun) {
    const handle = () => answering.handle(commands, command, options)
    const { request } = options
    return await outcome(context, answering.accepted, { request, handle, fields })
  }
  const dry = await answering.dry(commands, command, options).catch((error: unknown) => {
    throw knownError(error, options.request.key.id)
  })
  context.state.written.push(dry.position)
  if (dry.type === 'refused') return { ...dry, fields }
  return {
    type: 'previewed',
    typename: answering.preview,
    snapshot: answering.snapshot(dry, { command, mark: context.services.uuid() }),
    eventTypes: dry.events.map(({ type }) => type),
    position: dry.position,
  }
}
