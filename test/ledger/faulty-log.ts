import { randomUUID } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import { type AppendCommand, Unavailable } from '../../src/store/append.ts'
import type { Database, Writer } from '../../src/database/database.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import type { Log } from '../../src/store/log.ts'
import { position } from '../../src/store/position.ts'
import { eventually } from '../harness/eventually.ts'
import type { Between } from './judged-load.ts'
import { inOneStatement } from './store-load.ts'
import type { Rule } from './violation.ts'

/** A deliberate bug around the log: in what writes to it, reads it or tells of it. */
export interface LogFault extends Between {
  readonly name: string
  /** What the checker must say of it. */
  readonly found: Rule
}

type Query = Writer['query']

/** Stands between the log and its write connection. */
const writing =
  (query: (writer: Writer, database: Database) => Query) =>
  (database: Database): Database => ({
    ...database,
    async openWriter() {
      const writer = await database.openWriter()
      return {
        query: query(writer, database),
        [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
      }
    },
  })

/** True once in so many times. */
const onceIn = (times: number) => {
  let count = 0
  return () => (count += 1) % times === 0
}

const pause = (ms: number): Promise<unknown> => {
  const end = performance.now() + ms
  return eventually(() => performance.now() >= end, { intervalMs: ms })
}

/** Tells the outcomes of a transaction that is still open for a while, and may come to nothing. */
const toldEarly = (isLost: () => boolean) =>
  writing((_, database) => {
    let last: Promise<unknown> = Promise.resolve()
    return async <Row>(...[statement, parameters]: Parameters<Query>) => {
      const { promise: early, resolve, reject } = Promise.withResolvers<readonly Row[]>()
      const commit = last.then(() =>
        database.kysely.transaction().execute(async (transaction) => {
          const { rows } = await transaction.executeQuery<Row>(
            CompiledQuery.raw(statement.text, [...parameters]),
          )
          resolve(rows)
          await pause(5)
          if (isLost()) throw new Error('Rolled back.')
        }),
      )
      last = commit.catch(reject)
      return await early
    }
  })

/** Shows events that are on their way into the log as if they stood in it. */
const showingUncommitted = (log: Log): Log => {
  const underWay = new Map<string, AppendCommand>()
  return {
    ...log,
    async append(command) {
      underWay.set(command.command.id, command)
      // Long enough for the others to see it: on a quick machine it would be gone.
      await pause(2)
      return await log.append(command).finally(() => underWay.delete(command.command.id))
    },
    async load(stream) {
      const events = await log.load(stream)
      const next = [...underWay.values()].find(
        (one) => one.stream === stream && one.expectedVersion === events.length,
      )
      return next === undefined ? events : [...events, ...asRecorded(next)]
    },
  }
}

const asRecorded = ({ stream, events, expectedVersion, metadata }: AppendCommand) =>
  events.map((event, place): RecordedEvent => {
    const recordedAt = new Date().toISOString()
    const version = expectedVersion + place + 1
    return { ...event, stream, version, metadata, recordedAt, position: position(1n) }
  })

/** Believes what it read, for a while. */
const remembering = (log: Log): Log => {
  const cached = new Map<string, { events: readonly RecordedEvent[]; until: number }>()
  return {
    ...log,
    async load(stream) {
      const known = cached.get(stream)
      if (known !== undefined && known.until > performance.now()) return known.events
      const events = await log.load(stream)
      cached.set(stream, { events, until: performance.now() + 20 })
      return events
    },
  }
}

/** Sends what it heard no answer of again, as a command of another name. */
const sendingAnew = (log: Log): Log => {
  const isLost = onceIn(5)
  return {
    ...log,
    async append(command) {
      const outcome = await log.append(command)
      if (outcome.type !== 'appended' || !isLost()) return outcome
      const id = randomUUID()
      return await log.append({
        ...command,
        expectedVersion: outcome.receipt.version,
        command: { ...command.command, id },
        metadata: { ...command.metadata, commandId: id },
      })
    },
  }
}

export const LOG_FAULTS: readonly LogFault[] = [
  {
    name: 'outcomes come in another order than their commands',
    database: writing((writer) => async <Row>(...of: Parameters<Query>) => {
      const rows = await writer.query<Row>(...of)
      return [...rows.slice(1), ...rows.slice(0, 1)]
    }),
    found: 'receipt-wrong',
  },
  {
    name: 'acceptances are told before their commit',
    database: toldEarly(() => false),
    found: 'stale-read',
  },
  {
    name: 'acceptances are told of what is then rolled back',
    database: toldEarly(onceIn(10)),
    found: 'lost',
  },
  {
    name: 'what was sent and heard no answer is sent again under another id',
    log: sendingAnew,
    found: 'unasked',
  },
  {
    name: 'what heard no answer is told to be not written',
    log(log) {
      const isLost = onceIn(5)
      return {
        ...log,
        async append(command) {
          const outcome = await log.append(command)
          if (!isLost()) return outcome
          throw new Unavailable('NOT_WRITTEN', { cause: new Error('No answer.') })
        },
      }
    },
    found: 'refused-but-written',
  },
  {
    name: 'commands are decided on events that are not committed',
    log: showingUncommitted,
    found: 'refusal-unexplained',
  },
  {
    name: 'commands are decided on what was read a while ago',
    log: remembering,
    found: 'stale-read',
  },
  {
    name: 'refusals are told without a look at the receipts',
    log: (log) => ({ ...log, receipt: () => Promise.resolve(undefined) }),
    found: 'refused-after-accepted',
  },
  {
    name: 'repetitions are told to be the first',
    log: (log) => ({
      ...log,
      async append(command) {
        const outcome = await log.append(command)
        const isOwn =
          outcome.type === 'duplicate' && outcome.fingerprint === command.command.fingerprint
        return isOwn ? { type: 'appended', receipt: outcome.receipt } : outcome
      },
    }),
    found: 'replayed-wrong',
  },
  {
    name: 'several streams are read one after another',
    readTogether: (database) => async (streams) => {
      const seen = []
      for (const stream of streams) {
        seen.push(...(await inOneStatement(database)([stream])))
        await pause(20)
      }
      return seen
    },
    found: 'read-unexplained',
  },
]
