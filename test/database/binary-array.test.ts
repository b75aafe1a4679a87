import { expect, it } from 'vitest'
import { binaryArray } from '../../src/database/binary-array.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'

const ECHO = {
  name: 'echo',
  text: 'select $1::text[] as texts, $2::jsonb[] as documents, $3::int4[] as numbers',
  arrays: ['text', 'jsonb', 'int4'] as const,
}
const TEXTS = ['', 'a "b", {c}\\', 'NULL', null, 'größer 🥂', 'x'.repeat(70_000)]
const NUMBERS = [0, -1, null, 2_147_483_647, -2_147_483_648]

describeOnEachDatabase('arrays that may be sent in binary', (openFresh) => {
  it('arrive as they would in text, nulls and empty ones too', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    const documents = TEXTS.map((text) => ({ text, nested: [{ '"': 1.5 }] }))
    const json = documents.map((document) => JSON.stringify(document))
    for (const parameters of [
      [TEXTS, [...json, null], NUMBERS],
      [[], [], []],
    ]) {
      const inBinary = await writer.query(ECHO, parameters)
      const inText = await writer.query({ name: 'echo_text', text: ECHO.text }, parameters)
      expect(inBinary).toStrictEqual(inText)
    }
    const [row] = await writer.query(ECHO, [TEXTS, json, NUMBERS])
    expect(row).toStrictEqual({ texts: TEXTS, documents, numbers: NUMBERS })
  })

  it('are refused by the database as data where they are none of its values', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    for (const parameters of [
      [['\u0000'], [], []],
      [[], ['{"a":"\\u0000"}'], []],
      [[], ['no JSON'], []],
      [[], [], [2_147_483_648]],
    ])
      await expect(writer.query(ECHO, parameters)).rejects.toMatchObject({
        code: expect.stringMatching(/^22/),
      })
  })
})

it('an array is left to text where binary cannot hold it', () => {
  expect(binaryArray('int4', [1, 2_147_483_648])).toBeUndefined()
  expect(binaryArray('int4', [0.5])).toBeUndefined()
  expect(binaryArray('text', ['a', 1])).toBeUndefined()
})
