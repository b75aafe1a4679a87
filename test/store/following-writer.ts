import { expect } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { AppendCommand, AppendOutcome } from '../../src/store/append.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import { readFollowed, readLog } from '../../src/store/follow.ts'
import { groupCommit } from '../../src/store/group-commit.ts'
import type { MasterKey } from '../../src/store/master-key.ts'
import { LOG_START, type Position } from '../../src/store/position.ts'
import { RecentEvents } from '../../src/store/recent-events.ts'
import { seal } from '../../src/store/seal.ts'
import { sharedPages } from '../../src/store/shared-pages.ts'
import type { Staged } from '../../src/store/staged.ts'
import { subjectKeys } from '../../src/store/subject-keys.ts'
import { batchWriter } from '../../src/store/write-batch.ts'

/** A command, and whether it is decided on the uncommitted events of the one before it. */
export interface Wish {
  readonly command: AppendCommand
  readonly chained: boolean
}

/** A process that appends and follows, with the number of its queries. */
export interface FollowingWriter extends AsyncDisposable {
  /** At once, so that they share a batch or two; undefined for one whose fault it was, or whose person is gone. */
  write(wishes: readonly Wish[]): Promise<readonly (AppendOutcome | undefined)[]>
  follow(after: Position, limit: number): Promise<readonly RecordedEvent[]>
  /** Every event that one follower was given so far. */
  readonly followed: readonly RecordedEvent[]
  /** Has that follower go on until there is nothing more. */
  goOn(limit?: number): Promise<void>
  open(events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]>
  doubt(subject: string): void
  readonly queries: number
}

const WRITERS = 2

export const followingWriter = (database: Database, masterKey: MasterKey): FollowingWriter => {
  const recent = new RecentEvents()
  const keys = subjectKeys({ database, masterKey })
  const sealing = seal(keys)
  const followed: RecordedEvent[] = []
  let queries = 0
  const pages = sharedPages({
    recent,
    read(after, limit) {
      queries += 1
      return readFollowed(database, after, limit)
    },
  })
  const handover = {
    written: recent.handOver.bind(recent),
    lost: recent.forget.bind(recent),
  }
  const writes = groupCommit({
    writers: Array.from({ length: WRITERS }, () => batchWriter(database, undefined, handover)),
    appended: () => {},
  })
  const sealed = async ({ command }: Wish) => {
    const { stream, events } = command
    const sealedNow = await sealing.seal(stream, events)
    if (sealedNow.type === 'forgotten') return undefined
    const [first = events[0], ...others] = sealedNow.events
    return {
      ...command,
      events: [first, ...others] as const,
      subject: sealedNow.subject,
      plain: events,
      datas: sealedNow.events.map(({ data }) => JSON.stringify(data)),
    }
  }
  return {
    async write(wishes) {
      const ready = await Promise.all(wishes.map(sealed))
      let before: Staged | undefined
      const outcomes = ready.map(async (command, index) => {
        if (command === undefined) return undefined
        before = writes.stage(command, wishes[index]?.chained === true ? before : undefined)
        return await before?.outcome.catch(() => undefined)
      })
      return await Promise.all(outcomes)
    },
    follow: async (after, limit) => await sealing.openKept(await pages(after, limit)),
    followed,
    async goOn(limit = 500) {
      for (;;) {
        const page = await this.follow(followed.at(-1)?.position ?? LOG_START, limit)
        if (page.length === 0) return
        followed.push(...page)
      }
    },
    open: (events) => sealing.open(events),
    doubt: (subject) => keys.doubt(subject),
    get queries() {
      return queries
    },
    async [Symbol.asyncDispose]() {
      recent[Symbol.dispose]()
      await writes[Symbol.asyncDispose]()
    },
  }
}

/** With the order of keys, which a fold may depend on. */
const asText = (events: readonly RecordedEvent[]) =>
  JSON.stringify(events, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))

/** What one was given is what the log has, to the letter. */
export const expectSame = async (one: FollowingWriter, database: Database) => {
  const read = await one.open(await readLog(database, LOG_START, 100_000))
  expect(one.followed.map((event) => event.position)).toEqual(read.map((event) => event.position))
  expect(one.followed).toEqual(read)
  expect(asText(one.followed)).toBe(asText(read))
}

/** At once, each on its own. */
export const append = async (one: FollowingWriter, ...commands: Wish['command'][]) =>
  await one.write(commands.map((command) => ({ command, chained: false })))
