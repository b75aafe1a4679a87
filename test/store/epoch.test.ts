import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { parsePositionToken } from '../../src/store/epoch.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { appendCommand } from './append-command.ts'

const logOn = (database: Database) => eventLog({ database, masterKey: randomMasterKey() })

const openEpoch = (database: Database, epoch: string, startsAfter: bigint) =>
  sql`insert into log.log_epochs (epoch, starts_after) values (${epoch}, ${startsAfter})`.execute(
    database.kysely,
  )

const fill = async (database: Database, events: number) => {
  await using log = await logOn(database)
  await Promise.all(Array.from({ length: events }, () => log.append(appendCommand())))
}

describeOnEachDatabase('an epoch', (openFresh) => {
  it('gives a position a public form and takes it back', async () => {
    const database = await openFresh()
    await fill(database, 3)
    await using log = await logOn(database)
    const token = parsePositionToken(log.epochs.token(position(2n)))
    if (token === undefined) throw new Error('The token cannot be read back.')
    expect(token.number).toBe(2n)
    expect(await log.epochs.resolve(token)).toEqual({ type: 'position', position: 2n })
  })

  it('is good up to where the next one starts, and no further', async () => {
    const database = await openFresh()
    await openEpoch(database, 'older', 0n)
    await fill(database, 5)
    await openEpoch(database, 'newer', 3n)
    await using log = await logOn(database)
    expect(log.epochs.token(position(4n))).toBe('newer.4')
    const resolve = (number: bigint) => log.epochs.resolve({ epoch: 'older', number })
    expect(await resolve(3n)).toEqual({ type: 'position', position: 3n })
    expect(await resolve(4n)).toEqual({ type: 'unknown', why: 'BEYOND_EPOCH' })
    expect(await log.epochs.resolve({ epoch: 'newer', number: 5n })).toMatchObject({ position: 5n })
  })

  it('of another log is unknown, and one opened meanwhile is found', async () => {
    const database = await openFresh()
    await fill(database, 1)
    await using log = await logOn(database)
    const resolve = () => log.epochs.resolve({ epoch: 'later', number: 1n })
    expect(await resolve()).toEqual({ type: 'unknown', why: 'EPOCH' })
    await openEpoch(database, 'later', 1n)
    await eventually(async () =>
      expect(await resolve()).toEqual({ type: 'position', position: 1n }),
    )
    expect(log.epochs.token(position(1n))).toBe('later.1')
  })

  it('knows what another process has just written, and nothing past the head', async () => {
    const database = await openFresh()
    await using log = await logOn(database)
    const [epoch = ''] = log.epochs.token(position(0n)).split('.')
    const resolve = (number: bigint) => log.epochs.resolve({ epoch, number })
    expect(await resolve(1n)).toEqual({ type: 'unknown', why: 'BEYOND_HEAD' })
    // Straight into the table: nothing signals this log.
    await sql`insert into log.events values
      (1, 'thing-x', 1, 'Happened', 1, '{}', '{}', now())`.execute(database.kysely)
    expect(await resolve(1n)).toEqual({ type: 'position', position: 1n })
    expect(await resolve(2n)).toEqual({ type: 'unknown', why: 'BEYOND_HEAD' })
  })

  it.each([
    '',
    'k3f9',
    'k3f9.',
    '.1',
    'k3f9.01',
    'k3f9.-1',
    'K3F9.1',
    'k3f9.1 ',
    'k3.1',
    'k3f9.1e3',
  ])('cannot be read from %j', (text) => {
    expect(parsePositionToken(text)).toBeUndefined()
  })
})
