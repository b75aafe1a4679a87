import { expect } from 'vitest'
import type { AppendOutcome } from '../../src/store/append.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START, type Position } from '../../src/store/position.ts'

const PAGE = 1_000

/** The whole log, page by page, as a follower reads it. */
export const wholeLog = async (log: Log): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = []
  let after: Position = LOG_START
  for (;;) {
    const page = await log.read(after, PAGE)
    events.push(...page)
    const last = page.at(-1)
    if (last === undefined) return events
    after = last.position
  }
}

/**
 * What must hold of a log whatever was done to it: positions and versions dense, time never falling,
 * every acceptance standing where its receipt says, no command's effect twice.
 */
export const expectSoundHistory = async (
  log: Log,
  outcomes: readonly AppendOutcome[] = [],
): Promise<readonly RecordedEvent[]> => {
  const events = await wholeLog(log)
  expect(events.map((event) => event.position)).toEqual(events.map((_, index) => BigInt(index + 1)))
  expect(await log.head()).toBe(BigInt(events.length))
  for (const [stream, history] of Map.groupBy(events, (event) => event.stream)) {
    const versions = history.map((event) => event.version)
    expect({ stream, versions }).toEqual({ stream, versions: history.map((_, n) => n + 1) })
  }
  const times = events.map((event) => event.recordedAt)
  expect(times).toEqual(times.toSorted())
  const receipts = outcomes.flatMap((outcome) => ('receipt' in outcome ? outcome.receipt : []))
  for (const { stream, version, position } of receipts)
    expect(events[Number(position) - 1]).toMatchObject({ stream, version })
  const appended = outcomes.flatMap((outcome) =>
    outcome.type === 'appended' ? outcome.receipt.position : [],
  )
  expect(new Set(appended).size).toBe(appended.length)
  return events
}
