import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { LOG_START } from '../../src/store/position.ts'
import { seal } from '../../src/store/seal.ts'
import { subjectKeys } from '../../src/store/subject-keys.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { aboutPerson, appendCommand, happened } from './append-command.ts'

const SECRET = 'Ágnes Nemeskéri'
const DETAILS = { name: SECRET, email: 'agnes@example.org', address: { city: 'Pécs' } }

const destroy = (database: Database, subject: string) =>
  sql`update log.subject_keys set wrapped_key = null, destroyed_at = now()
    where subject = ${subject}`.execute(database.kysely)

const unprotected = async (database: Database) => {
  await sql`alter table log.events disable trigger events_are_immutable`.execute(database.kysely)
}

const personalOf = (event: RecordedEvent | undefined) => event?.data['personal']

const registered = (subject: string) =>
  appendCommand({
    stream: subject,
    events: [aboutPerson(subject, DETAILS), happened({ note: 'no person' })],
  })

const fresh = async (openFresh: () => Promise<Database>) => {
  const database = await openFresh()
  const masterKey = randomMasterKey()
  const subject = `customer-${randomUUID()}`
  const open = () => eventLog({ database, masterKey })
  return { database, masterKey, subject, open }
}

describeOnEachDatabase('the seal', (openFresh) => {
  it('lets no personal data stand in plain in the database', async () => {
    const { database, subject, open } = await fresh(openFresh)
    await using log = await open()
    await log.append(registered(subject))
    const { rows } = await sql<{ text: string }>`
      select e::text as text from log.events e union all
      select k::text from log.subject_keys k`.execute(database.kysely)
    const text = rows.map((row) => row.text).join('\n')
    expect(text).toContain('""sealed"": ""v1.')
    expect(text).toContain('2026-11-20T10:00:00.000Z')
    for (const plain of [SECRET, 'agnes', 'example.org', 'Pécs', 'details'])
      expect(text).not.toContain(plain)
  })

  it('is opened by every way to read, also in another process', async () => {
    const { subject, open } = await fresh(openFresh)
    await using writer = await open()
    await writer.append(registered(subject))
    await using reader = await open()
    for (const log of [writer, reader]) {
      const ways = [
        (await log.load(subject))[0],
        (await log.read(LOG_START, 10))[0],
        (await log.follow(LOG_START, 10))[0],
        (await log.readStream(subject, { afterVersion: 0, limit: 10 }))[0],
        (await log.origins([subject])).get(subject),
      ]
      for (const event of ways) expect(personalOf(event)).toEqual({ subject, details: DETAILS })
      expect((await log.load(subject))[1]?.data).toEqual({ note: 'no person' })
    }
  })

  it('seals the same words to another box each time', async () => {
    const { database, subject, open } = await fresh(openFresh)
    await using log = await open()
    const twice = [aboutPerson(subject, DETAILS), aboutPerson(subject, DETAILS)] as const
    await log.append(appendCommand({ stream: subject, events: twice }))
    const { rows } = await sql<{ n: bigint }>`
      select count(distinct data->'personal'->>'sealed') as n from log.events`.execute(
      database.kysely,
    )
    expect(rows).toEqual([{ n: 2n }])
  })

  it('reads FORGOTTEN where the key is destroyed or gone, and the rest as it was', async () => {
    const { database, subject, open } = await fresh(openFresh)
    const other = `customer-${randomUUID()}`
    await using writer = await open()
    await writer.append(registered(subject))
    await writer.append(registered(other))
    await destroy(database, subject)
    await using log = await open()
    const forgotten = { subject, details: 'FORGOTTEN' }
    expect(personalOf((await log.load(subject))[0])).toEqual(forgotten)
    expect(personalOf((await log.read(LOG_START, 1))[0])).toEqual(forgotten)
    expect((await log.load(subject))[1]?.data).toEqual({ note: 'no person' })
    expect(personalOf((await log.load(other))[0])).toEqual({ subject: other, details: DETAILS })
    await sql`delete from log.subject_keys where subject = ${other}`.execute(database.kysely)
    await using later = await open()
    expect(personalOf((await later.load(other))[0])).toMatchObject({ details: 'FORGOTTEN' })
  })

  it('opens what is kept once, and no more once the key is destroyed', async () => {
    const { database, masterKey, subject, open } = await fresh(openFresh)
    await using log = await open()
    await log.append(registered(subject))
    const keys = subjectKeys({ database, masterKey })
    const sealing = seal(keys)
    const kept = await log.excerpt({}, { after: LOG_START, limit: 10 })
    const [first, plain] = await sealing.openKept(kept)
    expect(personalOf(first)).toEqual({ subject, details: DETAILS })
    expect((await sealing.openKept(kept))[0]).toBe(first)
    await destroy(database, subject)
    keys.doubt(subject)
    const [after, same] = await sealing.openKept(kept)
    expect(personalOf(after)).toEqual({ subject, details: 'FORGOTTEN' })
    expect(same).toBe(plain)
  })

  it('writes nothing about the forgotten, also from a process that still has the key', async () => {
    const { database, subject, open } = await fresh(openFresh)
    await using cached = await open()
    await cached.append(registered(subject))
    await destroy(database, subject)
    const late = () =>
      appendCommand({
        stream: subject,
        expectedVersion: 2,
        events: [aboutPerson(subject, DETAILS)],
      })
    expect(await cached.append(late())).toEqual({ type: 'forgotten', subject })
    await using other = await open()
    expect(await other.append(late())).toEqual({ type: 'forgotten', subject })
    expect(await other.head()).toBe(2n)
    // What tells nothing about the person still happens.
    const plain = appendCommand({ stream: subject, expectedVersion: 2 })
    expect(await other.append(plain)).toMatchObject({ type: 'appended' })
    const keys = await sql`select wrapped_key from log.subject_keys`.execute(database.kysely)
    expect(keys.rows).toEqual([{ wrapped_key: null }])
  })

  it('gives two processes that meet a person at once the same key', async () => {
    const { subject, open } = await fresh(openFresh)
    await using here = await open()
    await using there = await open()
    const order = () => {
      const stream = `order-${randomUUID()}`
      return appendCommand({ stream, events: [aboutPerson(subject, DETAILS)] })
    }
    await Promise.all([here, there, here, there].map((log) => log.append(order())))
    await using later = await open()
    const events = await later.read(LOG_START, 10)
    expect(events.map(personalOf)).toEqual(events.map(() => ({ subject, details: DETAILS })))
    expect(events).toHaveLength(4)
  })

  it('refuses a box of another stream or with a changed bit', async () => {
    const { database, subject, open } = await fresh(openFresh)
    await using log = await open()
    await log.append(registered(subject))
    const order = `order-${randomUUID()}`
    await log.append(appendCommand({ stream: order, events: [aboutPerson(subject, DETAILS)] }))
    await unprotected(database)
    await sql`update log.events set data = (select data from log.events where position = 3)
      where position = 1`.execute(database.kysely)
    await expect(log.load(subject)).rejects.toThrow('is not what was sealed')
    // Past the format's three characters, so that it is the box that is changed.
    await sql`update log.events set data = jsonb_set(data, '{personal,sealed}', to_jsonb(
        overlay(data->'personal'->>'sealed' placing
          case substr(data->'personal'->>'sealed', 30, 1) when 'A' then 'B' else 'A' end
          from 30 for 1)))
      where position = 3`.execute(database.kysely)
    await expect(log.load(order)).rejects.toThrow('is not what was sealed')
  })

  it('takes personal data in plain, or with no subject, for a fault', async () => {
    const { database, subject, open } = await fresh(openFresh)
    await using log = await open()
    const nobody = appendCommand({ events: [happened({ personal: { details: DETAILS } })] })
    await expect(log.append(nobody)).rejects.toThrow('must name its subject')
    const two = [aboutPerson(subject, DETAILS), aboutPerson('customer-other', DETAILS)] as const
    await expect(log.append(appendCommand({ events: two }))).rejects.toThrow('one person')
    await log.append(registered(subject))
    await unprotected(database)
    await sql`update log.events set data = jsonb_build_object('personal',
      jsonb_build_object('subject', ${subject}::text, 'details', '{}'::jsonb))
      where position = 1`.execute(database.kysely)
    await expect(log.load(subject)).rejects.toThrow('is not sealed')
  })

  it('refuses to open under another master key', async () => {
    const { database, subject, open } = await fresh(openFresh)
    const log = await open()
    await log.append(registered(subject))
    await log[Symbol.asyncDispose]()
    await expect(eventLog({ database, masterKey: randomMasterKey() })).rejects.toThrow(
      /The master key does not open the key of customer-.*Start with the master key/u,
    )
  })
})
