import type { Database, PreparedStatement } from '../database/database.ts'
import type { JsonObject } from './event.ts'
import type { Seal } from './seal.ts'
import type { Anchor, StoredSnapshot } from './tail.ts'

/** A state worth keeping, as of the last event that is folded in. */
export interface Snapshot {
  readonly stream: string
  readonly anchor: Anchor
  readonly stateVersion: number
  /** Written down when its turn comes, not while somebody waits for an answer. */
  readonly state: () => JsonObject
}

/** Folded states of long streams. Each is only a starting point, so that any of them may be missing. */
export interface Snapshots extends AsyncDisposable {
  /** Has it stored in the background; one that comes while too many wait is not stored. */
  keep(snapshot: Snapshot): void
  /** Reports and removes one that cannot be read. */
  refuse(stream: string, cause: unknown): Promise<void>
  open(stream: string, snapshot: StoredSnapshot): Promise<StoredSnapshot>
}

export type Report = (error: unknown, context: object) => void

const WAITING_MAX = 64

// A state of a life of the log that a restore has ended may still be in somebody's memory, and one of
// events that were never committed would be a bug: neither has its last event in the log.
const KEEP: PreparedStatement = {
  name: 'readback_keep_snapshot',
  text: `insert into log.snapshots (stream, version, position, state_version, state, subject)
    select $1, $2, $3, $5, $6, $7
    where exists (
        select from log.events
        where stream = $1 and version = $2 and position = $3 and command_id = $4
      )
      and not exists (select from log.subject_keys where subject = $7 and destroyed_at is not null)
    on conflict (stream) do update set version = excluded.version, position = excluded.position,
      state_version = excluded.state_version, state = excluded.state, subject = excluded.subject,
      taken_at = excluded.taken_at`,
}
const REMOVE: PreparedStatement = {
  name: 'readback_remove_snapshot',
  text: 'delete from log.snapshots where stream = $1',
}
export const snapshots = (options: {
  readonly database: Database
  readonly sealing: Seal
  readonly report: Report
}): Snapshots => {
  const { database, sealing, report } = options
  const waiting = new Map<string, Snapshot>()
  let running: Promise<void> | undefined
  let closed = false

  const store = async ({ stream, anchor, stateVersion, state }: Snapshot): Promise<void> => {
    const sealed = await sealing.seal(sealedIn(stream), [
      { type: 'Snapshot', schemaVersion: stateVersion, data: state() },
    ])
    if (sealed.type === 'forgotten') return
    await database.query(KEEP, [
      stream,
      anchor.version,
      anchor.position,
      anchor.commandId,
      stateVersion,
      JSON.stringify(sealed.events[0]?.data),
      sealed.subject,
    ])
  }

  const run = async (): Promise<void> => {
    for (let [next] = waiting; next !== undefined && !closed; [next] = waiting) {
      const [stream, snapshot] = next
      waiting.delete(stream)
      try {
        await store(snapshot)
      } catch (error) {
        report(error, { snapshotOf: stream })
      }
    }
    running = undefined
  }

  return {
    keep(snapshot) {
      if (closed || (waiting.size >= WAITING_MAX && !waiting.has(snapshot.stream))) return
      waiting.set(snapshot.stream, snapshot)
      running ??= run()
    },
    async refuse(stream, cause) {
      report(
        new Error(`The snapshot of ${stream} cannot be read. It is removed; the log has it all.`, {
          cause,
        }),
        { snapshotOf: stream },
      )
      await database.query(REMOVE, [stream])
    },
    async open(stream, snapshot) {
      const sealed = { ...snapshot, stream: sealedIn(stream), data: snapshot.state }
      const [opened] = await sealing.open([sealed])
      return { ...snapshot, state: opened?.data ?? {} }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await running
    },
  }
}

/** No event's box can be taken for a snapshot's. */
const sealedIn = (stream: string): string => `${stream}/snapshot`
