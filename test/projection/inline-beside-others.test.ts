import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { checkpoints, jarCommand, openInline, tables } from './inline-jars.ts'
import { added, opened } from './tally.ts'

const isConflict = ({ type }: { readonly type: string }) => type === 'conflict'

describe('an inline projection beside others', () => {
  it('is left alone by an append that finds its row locked, without waiting', async () => {
    await using clone = await cloneTemplate()
    await using database = await openDatabase({ engine: 'postgres', url: clone.url })
    await using inline = await openInline(database)
    const held = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const other = database.kysely.transaction().execute(async (transaction) => {
      await sql`select 1 from read.projections where name = 'jars' for update`.execute(transaction)
      held.resolve()
      await release.promise
    })
    await held.promise
    await inline.log.append(jarCommand('jar-1', 0, [opened('ann')]))
    const seen = await checkpoints(database)
    release.resolve()
    await other
    expect(seen).toEqual({ jars: 0n, owners: 1n })
  })

  it('is exact when the answers to appends are lost after they were committed', async () => {
    await using clone = await cloneTemplate()
    await using proxy = await startPostgresProxy(clone.url)
    await using database = await openDatabase({ engine: 'postgres', url: proxy.url(clone.url) })
    await using inline = await openInline(database, ['jars', 'owners'], { restMs: 0 })
    const { log, engine, moves } = inline
    engine.start()
    let appends = 0
    proxy.judge = ({ text }) =>
      text.includes('held_0') && ++appends % 2 === 0 ? 'cutAnswer' : 'pass'
    const jarCount = 20
    for (let jar = 0; jar < jarCount; jar++) {
      const stream = `jar-${jar}`
      expect(await log.append(jarCommand(stream, 0, [opened('ann'), added(1)]))).toMatchObject({
        type: 'appended',
      })
      expect(await log.append(jarCommand(stream, 2, [added(2)]))).toMatchObject({
        type: 'appended',
      })
      await engine.wait(['jars', 'owners'], await log.head(), { timeoutMs: 10_000 })
    }
    expect(proxy.cuts).toBeGreaterThan(3)
    expect(moves.get('jars')).toBeGreaterThan(3)
    const { jars: jarRows, owners: ownerRows } = await tables(database)
    expect(jarRows).toHaveLength(jarCount)
    for (const row of jarRows) expect(row).toMatchObject({ coins: 3, version: 3 })
    expect(ownerRows).toMatchObject([{ id: 'ann', coins: 3 * jarCount, events: 3 * jarCount }])
  })

  it('and one that is not keep the same tables together with the workers of both', async () => {
    await using clone = await cloneTemplate()
    await using here = await openDatabase({ engine: 'postgres', url: clone.url })
    await using there = await openDatabase({ engine: 'postgres', url: clone.url })
    await using inline = await openInline(here)
    await using plain = await openInline(there, [])
    inline.engine.start()
    plain.engine.start()
    const jarCount = 30
    await Promise.all(
      [inline, plain].map(async ({ log, engine }, process) => {
        for (let jar = 0; jar < jarCount; jar++) {
          const stream = `jar-${process}-${jar}`
          const owner = opened(`owner-${jar % 3}`)
          expect(isConflict(await log.append(jarCommand(stream, 0, [owner])))).toBe(false)
          if (jar % 5 === 0)
            await engine.wait(['jars', 'owners'], await log.head(), { timeoutMs: 10_000 })
          await log.append(jarCommand(stream, 1, [added(1), added(2)]))
        }
      }),
    )
    const caughtUp = async () => {
      const end = await inline.log.head()
      for (const { engine } of [inline, plain])
        expect(await engine.wait(['jars', 'owners'], end, { timeoutMs: 20_000 })).toEqual({
          type: 'reached',
        })
    }
    // In a crowd hardly any batch comes right behind the checkpoint; these do.
    for (const [process, { log }] of [inline, plain, inline].entries()) {
      await caughtUp()
      await log.append(jarCommand(`jar-late-${process}`, 0, [opened('late'), added(3)]))
    }
    await caughtUp()
    expect(inline.moves.get('jars')).toBeGreaterThan(0)
    const { jars: jarRows, owners: ownerRows } = await tables(here)
    expect(jarRows).toHaveLength(2 * jarCount + 3)
    for (const row of jarRows) expect(row).toMatchObject({ coins: 3 })
    expect(ownerRows).toMatchObject([
      { id: 'late', coins: 9, events: 6 },
      ...[0, 1, 2].map(() => ({ coins: 2 * jarCount, events: 2 * jarCount })),
    ])
    expect([...inline.reported, ...plain.reported]).toEqual([])
  })
})
