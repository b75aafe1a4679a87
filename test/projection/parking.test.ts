import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { ParkedTooMany } from '../../src/projection/stream-parked.ts'
import { takeTurn } from '../../src/projection/turn.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { BAD_COINS, followed, fragile, withoutPlace } from './fragile.ts'
import { added, jars, opened, openLog, owners, record } from './tally.ts'

const bad = added(BAD_COINS)

describeOnEachDatabase('a stream with an event that cannot be projected', (openFresh) => {
  it('is held back from there on, in order, and all others go on', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const jar = await followed({ database, log, model: fragile(jars).model })
    await record(log, 'jar-1', [opened('ann'), added(5)])
    await record(log, 'jar-2', [opened('bob')])
    await record(log, 'jar-1', [bad, added(1)])
    await record(log, 'jar-2', [added(7)])
    expect(await jar.catchUp()).toBe(6n)
    await record(log, 'jar-1', [added(2)])
    await record(log, 'jar-2', [added(8)])
    expect(await jar.catchUp()).toBe(8n)
    expect(await jar.rows()).toMatchObject([
      { id: 'jar-1', coins: 5, version: 2, position: 2n },
      { id: 'jar-2', coins: 15, version: 3, position: 8n },
    ])
    expect(await jar.desk.list({ limit: 10 })).toMatchObject([
      { stream: 'jar-1', name: 'jars', position: 4n, streamVersion: 3, events: 3, attempts: 0 },
    ])
    expect(await jar.desk.count('jars')).toBe(1)
    expect(await jar.desk.count('owners')).toBe(0)
    expect(jar.parked).toHaveLength(1)
    expect(jar.parked[0]?.cause).toBeInstanceOf(RangeError)
  })

  it('is missing from rows that it shares with others, which go on', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const owner = await followed({ database, log, model: fragile(owners).model })
    await record(log, 'jar-1', [opened('ann'), added(5)])
    await record(log, 'jar-2', [opened('ann')])
    await record(log, 'jar-1', [bad, added(1)])
    await record(log, 'jar-2', [added(7)])
    await owner.catchUp()
    expect(await owner.rows()).toMatchObject([{ id: 'ann', coins: 12, events: 4, position: 6n }])
  })

  it('is found where PostgreSQL takes its row or its key amiss', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const keys = ({ stream, version }: { readonly stream: string; readonly version: number }) => [
      stream === 'jar-2' && version > 1 ? `${stream}\0` : stream,
    ]
    const jar = await followed({ database, log, model: { ...jars, keys } })
    await record(log, 'jar-1', [opened('ann'), added(2 ** 31)])
    await record(log, 'jar-2', [opened('ann'), added(1)])
    await record(log, 'jar-3', [opened('bob'), added(5)])
    await jar.catchUp()
    expect(await jar.rows()).toMatchObject([
      { id: 'jar-1', coins: 0, version: 1 },
      { id: 'jar-2', coins: 0, version: 1 },
      { id: 'jar-3', coins: 5, version: 2 },
    ])
    expect(await jar.desk.list({ limit: 10 })).toMatchObject([
      { stream: 'jar-1', error: expect.stringContaining('22003') },
      { stream: 'jar-2', error: expect.stringContaining('22021') },
    ])
  })

  it('is not held back when it fails but once', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const failing = fragile(jars)
    let failures = 0
    const jar = await followed({ database, log, model: failing.model, pageMax: 1 })
    await record(log, 'jar-1', [opened('ann'), bad, added(1)])
    failing.isPoison = ({ version }) => version === 2 && failures++ === 0
    await jar.catchUp()
    expect(jar.parked).toEqual([])
    expect(await jar.rows()).toMatchObject([{ coins: 14, version: 3 }])
  })

  it('is described without anything that may be personal', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const jar = await followed({ database, log, model: fragile(jars).model })
    await record(log, 'jar-1', [opened('ann'), bad])
    await jar.catchUp()
    const [parked] = await jar.desk.list({ limit: 10 })
    expect(parked?.error).toMatch(/^RangeError at .*fragile\.ts:\d+$/)
    const { rows } = await sql`select * from read.parked_streams`.execute(database.kysely)
    expect(String(rows.map((row) => Object.values(row as object)))).not.toContain('Devon')
  })

  it('stops the projection where there are too many, loudly and with nothing skipped', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const broken = fragile(jars)
    const jar = await followed({ database, log, model: broken.model, parkedMax: 2 })
    for (const stream of ['jar-1', 'jar-2', 'jar-3'])
      await record(log, stream, [opened('ann'), bad])
    await expect(jar.catchUp()).rejects.toThrow(ParkedTooMany)
    const { rows } = await sql`select checkpoint, parked from read.projections`.execute(
      database.kysely,
    )
    expect(rows).toEqual([{ checkpoint: 5n, parked: 2 }])
    broken.isPoison = ({ stream }) => stream === 'jar-3'
    expect(await jar.desk.retry({ projection: 'jars', stream: 'jar-1' })).toMatchObject({
      type: 'released',
    })
    expect(await jar.catchUp()).toBe(6n)
    expect((await jar.desk.list({ limit: 10 })).map(({ stream }) => stream)).toEqual([
      'jar-2',
      'jar-3',
    ])
  })

  it('is projected as a rebuild would once the code is mended, and its rows rise', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const mended = fragile(jars)
    const jar = await followed({ database, log, model: mended.model })
    await record(log, 'jar-1', [opened('ann'), bad, added(1)])
    await record(log, 'jar-2', [opened('bob')])
    await jar.catchUp()
    const key = { projection: 'jars', stream: 'jar-1' }
    expect(await jar.desk.retry(key)).toMatchObject({
      type: 'stillParked',
      parked: { attempts: 1, events: 2, streamVersion: 2 },
    })
    mended.isPoison = () => false
    expect(await jar.desk.retry(key)).toEqual({ type: 'released', events: 2, position: 4n })
    expect(await jar.desk.retry(key)).toEqual({ type: 'notParked' })
    await record(log, 'jar-1', [added(1)])
    await jar.catchUp()
    expect(await jar.rows()).toMatchObject([
      { id: 'jar-1', coins: 15, adds: [13, 1, 1], version: 4, position: 5n },
      { id: 'jar-2', version: 1, position: 4n },
    ])
    const rebuilt = await followed({ database, log, model: mended.model, generation: 'b' })
    await rebuilt.catchUp()
    expect(withoutPlace(await jar.rows())).toEqual(withoutPlace(await rebuilt.rows()))
  })

  it('goes as far as it can, and is held back from there', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const half = fragile(jars)
    const jar = await followed({ database, log, model: half.model })
    await record(log, 'jar-1', [opened('ann'), bad, added(1), bad, added(2)])
    await jar.catchUp()
    half.isPoison = ({ version }) => version === 4
    const key = { projection: 'jars', stream: 'jar-1' }
    expect(await jar.desk.retry(key)).toMatchObject({
      type: 'stillParked',
      parked: { streamVersion: 4, position: 4n, events: 2, attempts: 1 },
    })
    expect(await jar.rows()).toMatchObject([{ coins: 14, version: 3, position: 5n }])
  })

  it('goes on without an event that is given up, which is kept with who gave it up and why', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const jar = await followed({ database, log, model: fragile(jars).model })
    await record(log, 'jar-1', [opened('ann'), bad, added(1), bad])
    await jar.catchUp()
    const key = { projection: 'jars', stream: 'jar-1' }
    const why = { reason: 'a test', by: 'otto' }
    expect(await jar.desk.skip(key, { ...why, version: 3 })).toMatchObject({
      type: 'anotherFirst',
      parked: { streamVersion: 2 },
    })
    expect(await jar.desk.skip(key, { ...why, version: 2 })).toMatchObject({
      type: 'stillParked',
      parked: { streamVersion: 4, events: 1 },
    })
    expect(await jar.rows()).toMatchObject([{ coins: 1, version: 3, position: 4n }])
    expect(await jar.desk.skip(key, { ...why, version: 4 })).toMatchObject({ type: 'released' })
    // The version is that of the log, which a client hands back as the one it expects.
    expect(await jar.rows()).toMatchObject([{ coins: 1, version: 4, position: 4n }])
    const { rows } = await sql`select name, generation, stream, stream_version, position, reason,
      skipped_by from read.skipped_events order by stream_version`.execute(database.kysely)
    const kept = { name: 'jars', generation: 'a', stream: 'jar-1', reason: 'a test' }
    expect(rows).toEqual([
      { ...kept, stream_version: 2, position: 2n, skipped_by: 'otto' },
      { ...kept, stream_version: 4, position: 4n, skipped_by: 'otto' },
    ])
  })

  it('is not taken for repaired by a turn that had read its rows before', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const mended = fragile(jars)
    const jar = await followed({ database, log, model: mended.model })
    await record(log, 'jar-1', [opened('ann'), bad])
    const at = await jar.catchUp()
    await record(log, 'jar-1', [added(1)])
    mended.isPoison = () => false
    let isFirst = true
    const slow = {
      ...jar.options,
      log: {
        follow: async (...page: Parameters<typeof log.follow>) => {
          const found = await log.follow(...page)
          // It knows the stream as held back, and it is repaired before it writes.
          if (isFirst) await jar.desk.retry({ projection: 'jars', stream: 'jar-1' })
          isFirst = false
          return found
        },
      },
    }
    expect(await takeTurn(slow, at)).toEqual({ type: 'busy' })
    expect(await takeTurn(slow, at)).toEqual({ type: 'advanced', checkpoint: position(3n) })
    expect(await jar.rows()).toMatchObject([{ coins: 14, version: 3 }])
  })

  it('stays held back when another worker takes over, and is held back but once', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const model = fragile(jars).model
    const one = await followed({ database, log, model })
    const other = await followed({ database, log, model })
    await record(log, 'jar-1', [opened('ann')])
    await one.catchUp()
    await other.catchUp()
    await record(log, 'jar-1', [bad])
    await one.catchUp()
    await record(log, 'jar-1', [added(1)])
    expect(await other.catchUp()).toBe(3n)
    await record(log, 'jar-1', [added(1)])
    expect(await one.catchUp()).toBe(4n)
    expect(await one.rows()).toMatchObject([{ coins: 0, version: 1 }])
    expect(await one.desk.list({ limit: 10 })).toMatchObject([{ streamVersion: 2, events: 3 }])
  })
})
