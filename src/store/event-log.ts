import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import type { AppendCommand } from './append.ts'
import type { AppendWatch } from './append-watch.ts'
import { logEpochs } from './epoch.ts'
import { recordedEvent, type EventRow } from './event-row.ts'
import { readExcerpt } from './excerpt.ts'
import { readFollowed, readLog } from './follow.ts'
import { forgottenNews } from './forgotten-news.ts'
import { groupCommit } from './group-commit.ts'
import { streamLoader } from './load.ts'
import type { Log } from './log.ts'
import type { InlineTurns } from './inline.ts'
import type { MasterKey } from './master-key.ts'
import { inTime, inWordsOfAppend } from './outage.ts'
import { openTails } from './open-tail.ts'
import { position } from './position.ts'
import { findReceipt } from './receipt.ts'
import { RecentEvents } from './recent-events.ts'
import { seal, type Seal } from './seal.ts'
import { sharedPages } from './shared-pages.ts'
import { snapshots, type Report } from './snapshots.ts'
import { subjectKeys } from './subject-keys.ts'
import { wakeChannel } from './wake.ts'
import type { Staged, Staging } from './staged.ts'
import { batchWriter } from './write-batch.ts'
import type { Handover } from './written-events.ts'

const WAKE_CHANNEL = 'readback_appended'
/** Connections for the append, and so batches under way. A third would only wait for the same lock. */
const WRITERS = 2

const SELECT_PAGE = `select position, stream, version, type, schema_version, data, metadata, recorded_at
  from log.events where stream = $1 and version > $2 order by version limit $3`
const SELECT_ORIGINS = `select position, stream, version, type, schema_version, data, metadata, recorded_at
  from log.events where stream = any($1::text[]) and version = 1`
const SELECT_HEAD = 'select max(position) as position from log.events'

/** Only personal data needs the database to be sealed; a watch on every append would cost it 0.8 µs. */
const sealInTime = (sealing: Seal, { stream, events, timeoutMs }: AppendCommand) =>
  events.some(({ data }) => data['personal'] !== undefined)
    ? inTime(() => inWordsOfAppend(sealing.seal(stream, events)), timeoutMs)
    : sealing.seal(stream, events)

/** Opens the log of a migrated database. */
export const eventLog = async (options: {
  readonly database: Database
  readonly masterKey: MasterKey
  /** Hears of what goes wrong in the background. */
  readonly report?: Report
  /** What shares the commits of appends. */
  readonly inline?: InlineTurns | undefined
  readonly watch?: AppendWatch | undefined
}): Promise<Log> => {
  const { database, masterKey } = options
  const { kysely } = database
  await using opened = new AsyncDisposableStack()
  const keys = subjectKeys({ database, masterKey })
  await keys.verifyMasterKey()
  const sealing = seal(keys)
  const loader = streamLoader(database)
  const recent = opened.use(new RecentEvents())
  const follow = sharedPages({
    recent,
    read: (after, limit) => readFollowed(database, after, limit),
  })
  const handover: Handover = {
    written: (events) => recent.handOver(events),
    lost: () => recent.forget(),
  }
  const wake = opened.use(await wakeChannel({ database, channel: WAKE_CHANNEL }))
  const news = opened.use(
    await forgottenNews({
      database,
      onForgotten(subject) {
        keys.doubt(subject)
        // With the events goes what they opened to.
        recent.clear()
      },
    }),
  )
  // The embedded database is one connection; a second batch would only wait in it.
  const writers = database.engine === 'pglite' ? 1 : WRITERS
  const writes = opened.use(
    groupCommit({
      writers: Array.from({ length: writers }, () =>
        batchWriter(database, options.inline, handover),
      ),
      appended: (last) => wake.signal(last),
      watch: options.watch,
    }),
  )
  const report = options.report ?? (() => {})
  const kept = opened.use(snapshots({ database, sealing, report }))
  const tails = openTails({ database, sealing, keys, kept })

  const head = async () => {
    const { rows } = await kysely.executeQuery<{ readonly position: bigint | null }>(
      CompiledQuery.raw(SELECT_HEAD),
    )
    return position(rows[0]?.position ?? 0n)
  }
  const select = async (sql: string, parameters: readonly unknown[]) => {
    const { rows } = await kysely.executeQuery<EventRow>(CompiledQuery.raw(sql, [...parameters]))
    return await sealing.open(rows.map(recordedEvent))
  }
  const stage = async (command: AppendCommand, predecessor?: Staged): Promise<Staging> => {
    const begun = performance.now()
    const sealed = await sealInTime(sealing, command)
    if (sealed.type === 'forgotten') return sealed
    const [first, ...others] = sealed.events
    if (first === undefined) throw new Error(`A command on ${command.stream} brought no events.`)
    const staged = writes.stage(
      {
        ...command,
        events: [first, ...others],
        subject: sealed.subject,
        plain: command.events,
        datas: sealed.events.map((event) => JSON.stringify(event.data)),
        timeoutMs: command.timeoutMs - (performance.now() - begun),
      },
      predecessor,
    )
    if (staged === undefined) return { type: 'parted' }
    const { forgets } = command
    if (forgets !== undefined) {
      const tell = () => news.tell(forgets)
      // Also where the answer was lost: the key may be gone.
      void staged.outcome.then(tell, tell)
    }
    return { type: 'staged', staged }
  }
  const epochs = await logEpochs({ database, knownHead: () => wake.highest, head })
  const rest = opened.move()

  return {
    wake,
    epochs,
    head,
    async append(command) {
      const staging = await stage(command)
      switch (staging.type) {
        case 'forgotten':
          return staging
        case 'staged':
          return await staging.staged.outcome
        case 'parted':
          throw new Error(
            `A command on ${command.stream} was parted from a predecessor it has not.`,
          )
      }
    },
    stage,
    get queue() {
      return writes.queue
    },
    load: (stream) =>
      inWordsOfAppend(loader.load(stream).then(async (events) => await sealing.open(events))),
    tail: (asked) => inWordsOfAppend(tails(asked)),
    snapshots: kept,
    readStream: async (stream, { afterVersion, limit }) =>
      await select(SELECT_PAGE, [stream, afterVersion, limit]),
    read: async (after, limit) => await sealing.open(await readLog(database, after, limit)),
    follow: async (after, limit) => await sealing.openKept(await follow(after, limit)),
    excerpt: async (of, page) => await readExcerpt(database, of, page),
    async origins(streams) {
      const events = await select(SELECT_ORIGINS, [streams])
      return new Map(events.map((event) => [event.stream, event]))
    },
    receipt: (key) => inWordsOfAppend(findReceipt(database, key)),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}
