import type { AppendCommand, AppendOutcome } from './append.ts'
import { asStored } from './as-stored.ts'
import type { JsonObject, Metadata } from './event.ts'
import { position } from './position.ts'
import type { Followed, WrittenEvents } from './recent-events.ts'

/** Who follows this process's own appends without reading them back. */
export interface Handover {
  /** Called after the commit, and before anybody is told of it. */
  written(events: WrittenEvents): void
  /** The connection broke: what comes next may be another life of the log. */
  lost(): void
}

interface WrittenCommand extends Pick<AppendCommand, 'stream' | 'events' | 'metadata'> {
  readonly datas: readonly string[]
}

/** The events of those commands of a batch that were appended by this very call; undefined for none. */
export const writtenEvents = (batch: {
  readonly commands: readonly WrittenCommand[]
  readonly outcomes: readonly AppendOutcome[]
  readonly recordedAt: Date
}): WrittenEvents | undefined => {
  const { commands, outcomes } = batch
  const recordedAt = batch.recordedAt.toISOString()
  for (const [index, command] of commands.entries()) {
    const outcome = outcomes[index]
    if (outcome?.type !== 'appended') continue
    return {
      first: position(outcome.receipt.position - BigInt(command.events.length - 1)),
      events: () => commands.flatMap((each, place) => eventsOf(each, outcomes[place], recordedAt)),
    }
  }
  return undefined
}

const eventsOf = (
  { stream, events, datas, metadata }: WrittenCommand,
  outcome: AppendOutcome | undefined,
  recordedAt: string,
): readonly Followed[] => {
  if (outcome?.type !== 'appended') return []
  const { receipt } = outcome
  const text = JSON.stringify(metadata)
  const storedMetadata = asStored(text) as unknown
  return events.map(({ type, schemaVersion }, place) => {
    const data = datas[place] ?? ''
    const left = events.length - 1 - place
    return {
      event: {
        position: position(receipt.position - BigInt(left)),
        stream,
        version: receipt.version - left,
        type,
        schemaVersion,
        data: asStored(data) as JsonObject,
        metadata: storedMetadata as Metadata,
        recordedAt,
      },
      bytes: data.length + text.length,
    }
  })
}
