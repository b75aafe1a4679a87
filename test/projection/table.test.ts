import { expect, it } from 'vitest'
import { CompiledQuery } from 'kysely'
import {
  bigint,
  boolean,
  integer,
  jsonb,
  nullable,
  safeInteger,
  text,
  timestamptz,
} from '../../src/projection/column.ts'
import { type Change, projectionTable } from '../../src/projection/table.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase, type OpenFresh } from '../harness/databases.ts'

const shape = {
  id: text,
  someText: nullable(text),
  count: nullable(integer),
  minor: safeInteger,
  large: bigint,
  yes: nullable(boolean),
  at: nullable(timestamptz()),
  json: nullable(jsonb<object>()),
}

const rows = [
  {
    id: 'plain',
    someText: 'text',
    count: -7,
    minor: Number.MAX_SAFE_INTEGER,
    large: 2n ** 62n,
    yes: false,
    at: '2026-11-20T10:00:00.123Z',
    json: { a: [1, null, { 'b"': "c'" }] },
  },
  {
    id: 'odd, {"quoted"} \\ NULL',
    someText: 'NULL',
    count: 0,
    minor: 0,
    large: -1n,
    yes: true,
    at: '1969-12-31T23:59:59.999Z',
    json: ['Þór', '\\', '{}', '漢字 🙂'],
  },
  { id: '', someText: '', count: null, minor: -5, large: 0n, yes: null, at: null, json: null },
  { id: 'none', someText: null, count: 1, minor: 1, large: 1n, yes: null, at: null, json: {} },
]

const openTable = async (openFresh: OpenFresh) => {
  const { kysely } = await openFresh()
  const table = projectionTable({
    name: 'oddities',
    version: 3,
    generation: 'b',
    shape,
    indexes: [['someText', 'id']],
    follows: 'stream',
  })
  for (const statement of table.definition) await kysely.executeQuery(CompiledQuery.raw(statement))
  const read = async (ids: readonly string[]) => {
    const found = await kysely.executeQuery<Record<string, unknown>>(table.select(ids))
    return found.rows.map((row) => table.decode(row))
  }
  const write = (changes: readonly Change[]) => kysely.executeQuery(table.upsert(changes))
  return { kysely, table, read, write }
}

describeOnEachDatabase('a projection table', (openFresh) => {
  it('gives back every value it was given', async () => {
    const { table, read, write } = await openTable(openFresh)
    const changes = rows.map((row, i) => ({ row, position: position(BigInt(i)), version: i + 1 }))
    await write(changes)
    expect(table.name).toBe('read.oddities_v3_b')
    const found = await read(rows.map((row) => row.id))
    expect(found.toSorted((a, b) => a.version - b.version)).toEqual(changes)
  })

  it('never lets the position of a row fall', async () => {
    const { read, write } = await openTable(openFresh)
    const [row] = rows
    if (row === undefined) throw new Error('There are no rows to write.')
    await write([{ row, position: position(9n), version: 1 }])
    await write([{ row: { ...row, count: 1 }, position: position(4n), version: 2 }])
    const [found] = await read([row.id])
    expect(found).toMatchObject({ position: 9n, version: 2, row: { count: 1 } })
  })

  it('has an index over position, and can be defined twice', async () => {
    const { kysely, table } = await openTable(openFresh)
    for (const statement of table.definition)
      await kysely.executeQuery(CompiledQuery.raw(statement))
    const { rows: indexes } = await kysely.executeQuery<{ indexdef: string }>(
      CompiledQuery.raw(`select indexdef from pg_indexes where tablename = 'oddities_v3_b'`),
    )
    expect(indexes.map((index) => index.indexdef.replace(/.*\(/, '('))).toEqual(
      expect.arrayContaining(['(id)', '("position")', '(some_text, id)']),
    )
  })
})
