import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { position } from '../../src/store/position.ts'
import type { Anchor } from '../../src/store/tail.ts'
import { cloneTemplate, describeOnEachDatabase } from '../harness/databases.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { aboutPerson, appendCommand, happened } from './append-command.ts'
import { anchorOf, asking, found, grow, kept, setUp, snapshotRows } from './tails.ts'

describeOnEachDatabase('a snapshot', (openFresh) => {
  it('starts at a snapshot of the form that can be read, and at no other', async () => {
    await using here = await setUp(openFresh)
    const stream = `thing-${randomUUID()}`
    const anchor = await grow(here.log, stream, { from: 0, events: 60, each: 60 })
    await kept(here, { stream, anchor, state: { sum: 60 }, stateVersion: 7 })
    await grow(here.log, stream, { from: 60, events: 2 })
    const tail = await found(here.log, asking(stream, { stateVersion: 7 }))
    expect(tail.snapshot).toEqual({ ...anchor, state: { sum: 60 } })
    expect(tail.events.map(({ version }) => version)).toEqual([61, 62])
    for (const stateVersion of [6, 8, null]) {
      const other = await found(here.log, asking(stream, { stateVersion }))
      expect(other.snapshot).toBeNull()
      expect(other.events).toHaveLength(62)
    }
    // Whoever knows nearly as much is not made to read the state again.
    const near = { ...(await found(here.log, asking(stream))).events[49] } as Anchor
    const rest = await found(here.log, asking(stream, { after: near, stateVersion: 7 }))
    expect(rest.snapshot).toBeNull()
    expect(rest.events.map(({ version }) => version)).toEqual(
      Array.from({ length: 12 }, (_, index) => 51 + index),
    )
  })

  it('takes no snapshot of an event that is not in the log, written or read', async () => {
    await using here = await setUp(openFresh)
    const stream = `thing-${randomUUID()}`
    const other = `thing-${randomUUID()}`
    const anchor = await grow(here.log, stream, { from: 0, events: 60, each: 60 })
    const uncommitted = { ...anchor, version: 61, position: position(anchor.position + 1n) }
    const keep = (of: string, at: Anchor) =>
      here.log.snapshots.keep({ stream: of, anchor: at, stateVersion: 1, state: () => ({}) })
    keep(other, anchor)
    keep(stream, uncommitted)
    await kept(here, { stream, anchor, state: { sum: 60 } })
    expect(await snapshotRows(here.database)).toEqual([{ stream, version: 60, state: { sum: 60 } }])
    // A row that came from elsewhere: a backup of another time, or of another database.
    for (const moved of [sql`version = 70`, sql`version = 59`, sql`position = 1`]) {
      await sql`update log.snapshots set ${moved}`.execute(here.database.kysely)
      const tail = await found(here.log, asking(stream, { stateVersion: 1 }))
      expect(tail.snapshot).toBeNull()
      expect(tail.events).toHaveLength(60)
    }
  })

  it('seals what is personal in a snapshot, and keeps none of whoever is forgotten', async () => {
    await using here = await setUp(openFresh)
    const subject = `customer-${randomUUID()}`
    const command = appendCommand({
      stream: subject,
      events: [
        aboutPerson(subject, { name: 'Ann' }),
        ...Array.from({ length: 40 }, () => happened()),
      ],
    })
    const outcome = await here.log.append(command)
    if (outcome.type !== 'appended') throw new Error('Not appended')
    const anchor = anchorOf(outcome.receipt, command)
    const state = { n: 1, personal: { subject, details: { name: 'Ann' } } }
    await kept(here, { stream: subject, anchor, state })
    const [row] = await snapshotRows(here.database)
    expect(JSON.stringify(row)).not.toContain('Ann')
    const asked = asking(subject, { stateVersion: 1 })
    expect((await found(here.log, asked)).snapshot).toEqual({ ...anchor, state })

    // A box that was not sealed for this place is no reason to fail: the log has it all.
    await sql`update log.snapshots set state = jsonb_set(state, '{personal,sealed}',
      (select data #> '{personal,sealed}' from log.events where version = 1))`.execute(
      here.database.kysely,
    )
    const whole = await found(here.log, asked)
    expect(whole.snapshot).toBeNull()
    expect(whole.events).toHaveLength(41)
    expect(String(here.reports[0])).toContain(`The snapshot of ${subject} cannot be read`)
    expect(await snapshotRows(here.database)).toEqual([])

    await kept(here, { stream: subject, anchor, state })
    await here.log.append(appendCommand({ forgets: subject }))
    expect(await snapshotRows(here.database)).toEqual([])
    here.log.snapshots.keep({ stream: subject, anchor, stateVersion: 1, state: () => state })
    const other = `thing-${randomUUID()}`
    await kept(here, {
      stream: other,
      anchor: await grow(here.log, other, { from: 0, events: 2 }),
      state: {},
    })
    expect((await snapshotRows(here.database)).map(({ stream }) => stream)).toEqual([other])
  })
})

describe('a snapshot in an outage', () => {
  it('is kept where the key that opens it cannot be asked for', async () => {
    await using place = await cloneTemplate()
    await using proxy = await startPostgresProxy(inject('postgres').url)
    await using database = await openDatabase({ engine: 'postgres', url: proxy.url(place.url) })
    const masterKey = randomMasterKey()
    const subject = `customer-${randomUUID()}`
    const state = { n: 1, personal: { subject, details: { name: 'Ann' } } }
    await using writing = await eventLog({ database, masterKey })
    const anchor = await grow(writing, subject, { from: 0, events: 40, each: 40 })
    await kept({ log: writing, database }, { stream: subject, anchor, state })

    const reports: unknown[] = []
    const report = (error: unknown) => void reports.push(error)
    await using log = await eventLog({ database, masterKey, report })
    proxy.judge = ({ text }) => (text.includes('where subject = any') ? 'cutBefore' : 'pass')
    const asked = asking(subject, { stateVersion: 1 })
    await expect(log.tail(asked)).rejects.toMatchObject({ outcome: 'NOT_WRITTEN' })
    proxy.judge = () => 'pass'
    expect(await snapshotRows(database)).toHaveLength(1)
    expect((await found(log, asked)).snapshot).toEqual({ ...anchor, state })
    expect(reports).toEqual([])
  })
})
