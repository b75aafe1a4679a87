import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { integer, nullable, personal, text } from '../../src/projection/column.ts'
import type { AnyReadModel, ReadModel } from '../../src/projection/read-model.ts'
import { replay } from '../../src/projection/replay.ts'
import type { StreamParked } from '../../src/projection/stream-parked.ts'
import { takeTurn, type Turn } from '../../src/projection/turn.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { rowsOf } from './engine-process.ts'
import { BAD_COINS, followed, fragile, withoutPlace } from './fragile.ts'
import {
  added,
  broken,
  decodeJar,
  type JarEvent,
  jars,
  opened,
  openLog,
  owners,
  record,
  turnOptions,
} from './tally.ts'

interface Replayed {
  readonly database: Database
  readonly log: Log
  readonly model: AnyReadModel<JarEvent>
  readonly pageMax?: number
}

/** A replay in pages of three events, driven turn by turn. */
const replayed = async ({ pageMax = 3, ...of }: Replayed) => {
  const parked: StreamParked[] = []
  const options = await turnOptions<JarEvent>({ ...of, decode: decodeJar, pageMax, parked })
  const take = replay({ ...options, log: of.log })
  let at = LOG_START
  const turn = async (): Promise<Turn> => {
    const taken = await take(at, pageMax)
    if (taken.type === 'advanced' || taken.type === 'overtaken') at = taken.checkpoint
    return taken
  }
  return {
    parked,
    turn,
    /** Takes turns until there are no more, or the checkpoint is there. */
    async catchUp(to?: bigint) {
      while (at !== to && (await turn()).type !== 'idle');
      return at
    },
    rows: async () => await rowsOf(of.database, options.table.name),
    /** Another process takes a turn of one event. */
    async overtake() {
      const other = await turnOptions<JarEvent>({ ...of, decode: decodeJar, pageMax: 1 })
      return await takeTurn(other, at)
    },
  }
}

/** What turns of one event come to, in a table of their own. */
const folded = async (of: Omit<Replayed, 'pageMax'>) => {
  const judge = await followed({ ...of, generation: 'j', pageMax: 1 })
  await judge.catchUp()
  return await judge.rows()
}

/** Twelve events, so that each page of three touches rows of the one before. */
const twoJars = async (log: Log): Promise<void> => {
  for (const [jar, coins] of [1, 4, 16, 64].entries()) {
    const stream = `jar-${jar % 2}`
    const first = jar < 2 ? opened(`owner-${jar}`) : added(coins * 2)
    await record(log, stream, [first, added(coins), added(coins * 256)])
  }
}

const piggyShape = { id: text, owner: personal(nullable(text)), coins: integer }

/** Who has broken their jar is forgotten, and keeps the jar. */
const piggies: ReadModel<JarEvent, typeof piggyShape, 'stream'> = {
  name: 'piggies',
  version: 1,
  table: piggyShape,
  indexes: [],
  follows: 'stream',
  erase: {
    by: 'id',
    subject: ({ stream, event }) => (event.type === 'JarBroken' ? stream : undefined),
  },
  keys: ({ stream }) => [stream],
  project(row, { stream, event }) {
    if (event.type === 'JarOpened') return { id: stream, owner: event.owner, coins: 0 }
    if (event.type === 'JarBroken' || row === undefined) return row
    return { ...row, coins: row.coins + event.coins }
  },
}

describeOnEachDatabase('a replay', (openFresh) => {
  it('throws away what it had folded ahead when another moved the checkpoint between two turns', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await twoJars(log)
    for (const model of [jars, owners]) {
      const one = await replayed({ database, log, model })
      expect(await one.turn()).toEqual({ type: 'advanced', checkpoint: 3n })
      expect(await one.overtake()).toEqual({ type: 'advanced', checkpoint: 4n })
      expect(await one.turn()).toEqual({ type: 'busy' })
      expect(await one.turn()).toEqual({ type: 'overtaken', checkpoint: 4n })
      expect(await one.catchUp()).toBe(12n)
      expect(await one.rows()).toEqual(await folded({ database, log, model }))
    }
  })

  it('folds a page anew that could not be written', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await twoJars(log)
    const one = await replayed({ database, log, model: jars })
    await one.turn()
    await sql
      .raw(
        `create function read.fail() returns trigger language plpgsql as
        $$ begin raise exception 'no checkpoint today'; end $$`,
      )
      .execute(database.kysely)
    await sql`create trigger fail before update on read.projections
      for each row execute function read.fail()`.execute(database.kysely)
    await expect(one.turn()).rejects.toThrow('no checkpoint today')
    await sql`drop trigger fail on read.projections`.execute(database.kysely)
    expect(await one.turn()).toEqual({ type: 'advanced', checkpoint: 6n })
    await one.catchUp()
    expect(await one.rows()).toEqual(await folded({ database, log, model: jars }))
  })

  it('brings nothing back of somebody who was erased in the page before', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await record(log, 'jar-0', [opened('ann'), added(1), broken])
    await record(log, 'jar-0', [added(2), added(4), added(8), added(16)])
    const one = await replayed({ database, log, model: piggies })
    expect(await one.catchUp()).toBe(7n)
    expect(await one.rows()).toMatchObject([{ id: 'jar-0', owner: null, coins: 31 }])
  })

  it('brings no row back that was removed in the page before', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await record(log, 'jar-0', [opened('ann'), added(1), added(2)])
    await record(log, 'jar-0', [added(4), broken])
    await record(log, 'jar-1', [opened('bob')])
    await record(log, 'jar-0', [added(8), added(16)])
    const one = await replayed({ database, log, model: jars })
    expect(await one.catchUp()).toBe(8n)
    expect(await one.rows()).toMatchObject([{ id: 'jar-1' }])
  })

  it('folds anew, over the rows as they were repaired, what it had folded before', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const model = fragile(jars)
    await record(log, 'jar-bad', [opened('eve'), added(BAD_COINS)])
    await twoJars(log)
    await record(log, 'jar-bad', [added(1), added(2), added(4), added(8)])
    const one = await replayed({ database, log, model: model.model })
    const { desk } = await followed({ database, log, model: model.model })
    // The page after it, which is folded by now, has events of the stream: they are held back.
    await one.catchUp(14n)
    expect(one.parked).toHaveLength(1)
    model.isPoison = () => false
    const answer = await desk.retry({ projection: 'jars', stream: 'jar-bad' })
    expect(answer.type).toBe('released')
    expect(await one.turn()).toEqual({ type: 'busy' })
    expect(await one.catchUp()).toBe(18n)
    const rows = withoutPlace(await one.rows())
    expect(rows).toEqual(withoutPlace(await folded({ database, log, model: jars })))
    expect(rows).toContainEqual(expect.objectContaining({ id: 'jar-bad', coins: 28 }))
  })

  it.each([
    { of: 'the code cannot project', coins: BAD_COINS },
    { of: 'the table cannot hold', coins: 3_000_000_000 },
  ])('holds back just the stream with an event that $of', async ({ coins }) => {
    const database = await openFresh()
    await using log = await openLog(database)
    const { model } = fragile(jars)
    await record(log, 'jar-0', [opened('ann'), added(1), added(2)])
    await record(log, 'jar-bad', [opened('eve'), added(coins), added(1)])
    await record(log, 'jar-0', [added(4), added(8), added(16)])
    const one = await replayed({ database, log, model })
    expect(await one.catchUp()).toBe(9n)
    expect(one.parked.map(({ message }) => message)).toEqual([expect.stringContaining('jar-bad')])
    expect(await one.rows()).toMatchObject([
      { id: 'jar-0', coins: 31, version: 6 },
      { id: 'jar-bad', coins: 0, version: 1 },
    ])
    expect(await one.rows()).toEqual(await folded({ database, log, model }))
  })

  it('reads no more at once than fits into memory', { timeout: 30_000 }, async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    // Random, since it is what is stored that counts, and the rest is compressed.
    const note = randomBytes(7_000_000).toString('base64')
    const large = { ...added(1), data: { coins: 1, note } }
    await record(log, 'jar-0', [opened('ann'), large])
    await record(log, 'jar-1', [opened('bob'), large])
    const one = await replayed({ database, log, model: jars, pageMax: 100 })
    // Two of 9 MB are past 16 MiB; the event that crosses the bound is the last one.
    await record(log, 'jar-1', [large])
    expect(await one.turn()).toEqual({ type: 'advanced', checkpoint: 4n })
    expect(await one.turn()).toEqual({ type: 'advanced', checkpoint: 5n })
    expect(await one.rows()).toMatchObject([{ coins: 1 }, { coins: 2 }])
  })
})
