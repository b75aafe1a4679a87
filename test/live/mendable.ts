import type { DomainEvent } from '../../src/domain/stored.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { eventually } from '../harness/eventually.ts'
import type { OrderLog } from './order-log.ts'

export type AnyModel = AnyReadModel<DomainEvent>
type Project = AnyModel['project']

/** A read model whose code can be mended while a process runs, and cannot project some events. */
export interface Mendable {
  readonly model: AnyModel
  /** What the mended code makes of a row. */
  mend(how: Project): void
  /** Types of events it cannot project. */
  readonly weaknesses: Set<string>
}

export const mendable = (of: AnyModel): Mendable => {
  const weaknesses = new Set<string>()
  let project: Project = (...asked) => of.project(...asked)
  return {
    weaknesses,
    mend: (how) => (project = how),
    model: {
      ...of,
      project(row, occurrence, origin) {
        if (weaknesses.has(occurrence.event.type)) throw new TypeError(occurrence.event.type)
        return project(row, occurrence, origin)
      },
    },
  }
}

/** What takes seconds in production, soon. */
export const SOON = { lookMs: 20, checkpointPollMs: 20, readerLeaseMs: 1_000, duty: 1 } as const

/** Rebuilds in one process, and waits until all of them read the new table. */
export const rebuilt = async (
  name: string,
  [builder, ...others]: readonly [OrderLog, ...OrderLog[]],
) => {
  const before = builder.running.table(name)
  const answer = await builder.running.rebuilds.start(name)
  if (!('outcome' in answer)) throw new Error(`Nobody is at work on it here: ${answer.type}.`)
  const outcome = await answer.outcome
  if (outcome.type !== 'served') throw new Error(`The rebuild was ${outcome.type}.`)
  for (const { running } of [builder, ...others])
    await eventually(() => running.table(name) !== before)
  return outcome.verified
}
