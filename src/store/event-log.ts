import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import type { AppendCommand } from './append.ts'
import { logEpochs } from './epoch.ts'
import { recordedEvent, type EventRow } from './event-row.ts'
import { readExcerpt } from './excerpt.ts'
import { readLog } from './follow.ts'
import { groupCommit } from './group-commit.ts'
import { streamLoader } from './load.ts'
import type { Log } from './log.ts'
import type { MasterKey } from './master-key.ts'
import { inTime, inWordsOfAppend } from './outage.ts'
import { position } from './position.ts'
import { findReceipt } from './receipt.ts'
import { seal, type Seal } from './seal.ts'
import { subjectKeys } from './subject-keys.ts'
import { wakeChannel } from './wake.ts'
import { batchWriter } from './write-batch.ts'

const WAKE_CHANNEL = 'readback_appended'

const SELECT_PAGE = `select position, stream, version, type, schema_version, data, metadata, recorded_at
  from log.events where stream = $1 and version > $2 order by version limit $3`
const SELECT_ORIGINS = `select position, stream, version, type, schema_version, data, metadata, recorded_at
  from log.events where stream = any($1::text[]) and version = 1`
const SELECT_HEAD = 'select position from log.log_head'

/** Only personal data needs the database to be sealed; a watch on every append would cost it 0.8 µs. */
const sealInTime = (sealing: Seal, { stream, events, timeoutMs }: AppendCommand) =>
  events.some(({ data }) => data['personal'] !== undefined)
    ? inTime(() => inWordsOfAppend(sealing.seal(stream, events)), timeoutMs)
    : sealing.seal(stream, events)

/** Opens the log of a migrated database. */
export const eventLog = async (options: {
  readonly database: Database
  readonly masterKey: MasterKey
}): Promise<Log> => {
  const { database, masterKey } = options
  const { kysely } = database
  const keys = subjectKeys({ database, masterKey })
  await keys.verifyMasterKey()
  const sealing = seal(keys)
  const loader = streamLoader(database)
  const writes = groupCommit(batchWriter(database))
  const wake = await wakeChannel({ database, channel: WAKE_CHANNEL })

  const head = async () => {
    const { rows } = await kysely.executeQuery<{ readonly position: bigint }>(
      CompiledQuery.raw(SELECT_HEAD),
    )
    const [row] = rows
    if (row === undefined)
      throw new Error('log.log_head is empty; the first migration fills it. Restore it.')
    return position(row.position)
  }
  const select = async (sql: string, parameters: readonly unknown[]) => {
    const { rows } = await kysely.executeQuery<EventRow>(CompiledQuery.raw(sql, [...parameters]))
    return await sealing.open(rows.map(recordedEvent))
  }
  const epochs = await logEpochs({ database, knownHead: () => wake.highest, head })

  return {
    wake,
    epochs,
    head,
    async append(command) {
      const begun = performance.now()
      const sealed = await sealInTime(sealing, command)
      if (sealed.type === 'forgotten') return sealed
      const [first, ...others] = sealed.events
      if (first === undefined) throw new Error(`A command on ${command.stream} brought no events.`)
      const outcome = await writes.append({
        ...command,
        events: [first, ...others],
        subject: sealed.subject,
        datas: sealed.events.map((event) => JSON.stringify(event.data)),
        timeoutMs: command.timeoutMs - (performance.now() - begun),
      })
      if (outcome.type === 'appended') wake.signal(outcome.receipt.position)
      return outcome
    },
    load: (stream) =>
      inWordsOfAppend(loader.load(stream).then(async (events) => await sealing.open(events))),
    readStream: async (stream, { afterVersion, limit }) =>
      await select(SELECT_PAGE, [stream, afterVersion, limit]),
    read: async (after, limit) => await sealing.open(await readLog(database, after, limit)),
    excerpt: async (of, page) => await readExcerpt(database, of, page),
    async origins(streams) {
      const events = await select(SELECT_ORIGINS, [streams])
      return new Map(events.map((event) => [event.stream, event]))
    },
    // What destroys the key may have been carried out although its answer was lost.
    forget: (subject) => inWordsOfAppend(keys.destroy(subject), 'UNKNOWN'),
    receipt: (key) => inWordsOfAppend(findReceipt(database, key)),
    async [Symbol.asyncDispose]() {
      await writes[Symbol.asyncDispose]()
      await wake[Symbol.asyncDispose]()
    },
  }
}
