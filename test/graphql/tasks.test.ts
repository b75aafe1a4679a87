import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf, type Part } from './service.ts'
import { shop, type Shop } from './shop.ts'

let open: Shop
const CAUSE = { correlationId: randomUUID(), stream: `order-${randomUUID()}` }

beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

/** A task of a process that nobody runs, so that nobody but the test does anything to it. */
const task = async (name: string, parked: boolean): Promise<string> => {
  const id = randomUUID()
  await sql`insert into process.tasks (id, process, name, target, key, lane, work, stream, version,
      position, correlation_id, starts_at, due_at, attempts, attempts_max, parked_at, error)
    values (${id}, 'errands', ${name}, '1', ${name}, 'command', '{}', ${CAUSE.stream}, 1, 1,
      ${CAUSE.correlationId}, now(), now() - interval '1 minute', 20, 20,
      ${parked ? new Date() : null}, ${parked ? 'ATTEMPTS: Error' : null})`.execute(
    open.application.database.kysely,
  )
  return id
}
const list = async (args = ''): Promise<readonly Part[]> => {
  const { data, text } = await open.ask(`{ tasks(process: "errands"${args}) {
    id process name target key lane state eventId correlationId askedAt dueAt expiresAt lateMs
    attempts attemptsMax parkedAt error } }`)
  return data?.['tasks'] === undefined
    ? Promise.reject(new Error(text))
    : Object.values(data['tasks'])
}

describe('tasks for an operator', () => {
  it('are listed with why they are there and how late they are', async () => {
    const due = await task('due', false)
    const parked = await task('parked', true)
    expect((await list()).map(({ id }) => textOf(id)).toSorted()).toEqual([due, parked].toSorted())
    expect(await list(', first: 1')).toHaveLength(1)
    expect(await list(', state: DUE')).toMatchObject([{ id: due, error: null, parkedAt: null }])
    const [stuck] = await list(', state: PARKED')
    expect(stuck).toMatchObject({
      id: parked,
      process: 'errands',
      eventId: `${CAUSE.stream}@1`,
      correlationId: CAUSE.correlationId,
      attempts: 20,
      attemptsMax: 20,
      expiresAt: null,
      error: 'ATTEMPTS: Error',
    })
    expect(Number(stuck?.['lateMs'])).toBeGreaterThan(59_000)
  })

  it('are tried again where they are parked', async () => {
    const id = await task('again', true)
    const retry = async () => (await open.run('retryTask', { taskId: id })).data['retryTask']
    expect(await retry()).toEqual({ __typename: 'TaskRetried', taskId: id })
    const [found] = (await list()).filter((one) => textOf(one['id']) === id)
    expect(found).toMatchObject({ state: 'DUE', attempts: 0, parkedAt: null })
    expect(await retry()).toMatchObject({ __typename: 'TaskNotParked', taskId: id })
  })

  it('are given up for a reason that is kept with the name of who gave it', async () => {
    const id = await task('moot', true)
    const skip = (reason: string) => open.run('skipTask', { taskId: id, reason })
    expect((await skip('done by hand')).data['skipTask']).toEqual({
      __typename: 'TaskSkipped',
      taskId: id,
    })
    expect((await list()).filter((one) => textOf(one['id']) === id)).toEqual([])
    expect((await skip('done by hand')).data['skipTask']).toMatchObject({
      __typename: 'TaskNotParked',
    })
    const kept = await sql`select name, reason, skipped_by from process.skipped_tasks`.execute(
      open.application.database.kysely,
    )
    expect(kept.rows).toEqual([{ name: 'moot', reason: 'done by hand', skipped_by: 'test' }])
  })
})
