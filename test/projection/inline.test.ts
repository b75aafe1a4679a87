import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { NewEvent } from '../../src/store/event.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { checkpoints, jarCommand, openInline, tables } from './inline-jars.ts'
import { BAD_COINS, fragile } from './fragile.ts'
import { inlineLog } from './inline-log.ts'
import { added, broken, decodeJar, type JarEvent, jars, opened, owners } from './tally.ts'

describeOnEachDatabase('an inline projection', (openFresh) => {
  it('has the rows of an event, and its checkpoint, in the commit of the event', async () => {
    const database = await openFresh()
    await using inline = await openInline(database)
    const { log, engine, moves } = inline
    await log.append(jarCommand('jar-1', 0, [opened('ann'), added(5)]))
    await log.append(jarCommand('jar-2', 0, [opened('bob')]))
    await log.append(jarCommand('jar-1', 2, [added(2)]))
    await log.append(jarCommand('jar-2', 1, [broken]))
    // No worker runs.
    expect(await tables(database)).toEqual({
      jars: [{ id: 'jar-1', coins: 7, position: 4n, version: 3 }],
      owners: [
        { id: 'ann', coins: 7, events: 3, position: 4n },
        { id: 'bob', coins: 0, events: 2, position: 5n },
      ],
    })
    expect(await checkpoints(database)).toEqual({ jars: 5n, owners: 5n })
    expect([...moves]).toEqual([
      ['jars', 4],
      ['owners', 4],
    ])
    const waited = await engine.wait(['jars', 'owners'], position(5n), { timeoutMs: 0 })
    expect(waited).toEqual({ type: 'reached' })
  })

  it('is only what was asked for', async () => {
    const database = await openFresh()
    await using inline = await openInline(database, ['owners'])
    await inline.log.append(jarCommand('jar-1', 0, [opened('ann'), added(5)]))
    expect(await checkpoints(database)).toEqual({ jars: 0n, owners: 2n })
  })

  it('is left to its worker by a batch that is not written as a whole, and after it until it has caught up', async () => {
    const database = await openFresh()
    await using inline = await openInline(database)
    const { log, engine } = inline
    const first = jarCommand('jar-1', 0, [opened('ann')])
    await log.append(first)
    const outcomes = await Promise.all([
      log.append(jarCommand('jar-2', 0, [opened('bob')])),
      log.append(jarCommand('jar-1', 7, [added(100)])),
      log.append(first),
      log.append(jarCommand('jar-1', 1, [added(1)])),
    ])
    expect(outcomes.map(({ type }) => type)).toEqual([
      'appended',
      'conflict',
      'duplicate',
      'appended',
    ])
    await log.append(jarCommand('jar-2', 1, [added(3)]))
    const behind = await checkpoints(database)
    expect(behind['jars']).toBeLessThan(4n)
    engine.start()
    await engine.wait(['jars', 'owners'], position(4n), { timeoutMs: 10_000 })
    expect((await tables(database)).jars).toMatchObject([
      { id: 'jar-1', coins: 1, version: 2 },
      { id: 'jar-2', coins: 3, version: 2 },
    ])
    await log.append(jarCommand('jar-2', 2, [added(4)]))
    expect((await tables(database)).jars[1]).toMatchObject({ coins: 7 })
  })

  it('does not fail the append that it cannot fold, nor the commands beside it', async () => {
    const database = await openFresh()
    await using inline = await openInline(database)
    const { log, moves } = inline
    const strange: NewEvent = { type: 'JarPainted', schemaVersion: 1, data: {} }
    const outcomes = await Promise.all([
      log.append(jarCommand('jar-1', 0, [opened('ann')])),
      log.append(jarCommand('jar-2', 0, [opened('bob'), strange])),
    ])
    expect(outcomes.map(({ type }) => type)).toEqual(['appended', 'appended'])
    expect(moves.get('jars') ?? 0).toBeLessThan(2)
    expect(await log.head()).toBe(3n)
  })

  it('whose rows the database refuses leaves the append alone, and lets it rest', async () => {
    const database = await openFresh()
    await using inline = await openInline(database)
    const { log, moves, reported } = inline
    await sql`alter table read.jars_v1_a add check (coins < 10)`.execute(database.kysely)
    await log.append(jarCommand('jar-1', 0, [opened('ann')]))
    expect(await log.append(jarCommand('jar-1', 1, [added(50)]))).toMatchObject({
      type: 'appended',
    })
    expect(await log.append(jarCommand('jar-2', 0, [opened('bob')]))).toMatchObject({
      type: 'appended',
    })
    expect(await checkpoints(database)).toEqual({ jars: 1n, owners: 1n })
    expect(moves.get('owners')).toBe(1)
    expect(reported.map(String)).toEqual([expect.stringContaining('violates check constraint')])
  })

  it('goes on when a batch is halved to find the command that cannot be written', async () => {
    const database = await openFresh()
    await using inline = await openInline(database)
    const { log, engine } = inline
    const bad: NewEvent = {
      type: 'CoinsAdded',
      schemaVersion: 1,
      data: { coins: 1, note: '\u0000' },
    }
    const outcomes = await Promise.allSettled([
      log.append(jarCommand('jar-1', 0, [opened('ann')])),
      log.append(jarCommand('jar-2', 0, [opened('bob'), bad])),
      log.append(jarCommand('jar-3', 0, [opened('cyn')])),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    engine.start()
    await engine.wait(['jars', 'owners'], position(2n), { timeoutMs: 10_000 })
    expect((await tables(database)).jars.map((row) => row)).toMatchObject([
      { id: 'jar-1' },
      { id: 'jar-3' },
    ])
  })

  it('is left to its worker while one of its streams is held back, and its fellows are not', async () => {
    const database = await openFresh()
    const models = [fragile(jars).model, owners]
    const names = models.map(({ name }) => name)
    await using inline = await inlineLog<JarEvent>({
      database,
      models,
      inline: names,
      decode: decodeJar,
      limits: { restMs: 0 },
    })
    const { log, engine, moves } = inline
    engine.start()
    await log.append(jarCommand('jar-1', 0, [opened('ann'), added(5)]))
    await log.append(jarCommand('jar-1', 2, [added(BAD_COINS)]))
    await engine.wait(names, position(3n), { timeoutMs: 10_000 })
    await log.append(jarCommand('jar-1', 3, [added(1)]))
    await engine.wait(names, position(4n), { timeoutMs: 10_000 })
    await log.append(jarCommand('jar-2', 0, [opened('bob')]))
    await engine.wait(names, position(5n), { timeoutMs: 10_000 })
    expect(moves.get('jars')).toBe(1)
    expect(moves.get('owners')).toBeGreaterThan(1)
    const seen = await tables(database)
    expect(seen.jars).toMatchObject([
      { id: 'jar-1', coins: 5, version: 2 },
      { id: 'jar-2', coins: 0, version: 1 },
    ])
    expect(seen.owners).toMatchObject([{ coins: 19, events: 4 }, { coins: 0 }])
  })
})
