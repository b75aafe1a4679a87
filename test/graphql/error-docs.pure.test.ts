import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../src/graphql/error-code.ts'
import { REFUSAL_NAMES, refusalCode, REFUSALS } from '../../src/graphql/refusal.ts'
import { buildSchema } from '../../src/graphql/schema.ts'
import { mutationFields, resultUnion } from './schema-text.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')

/** The rows of the table under a heading, cells without their code marks. */
const rows = (heading: string): readonly (readonly string[])[] => {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
  return section
    .split('\n')
    .filter((row) => row.startsWith('| `'))
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}
const code = (name: string) => `\`${name}\``

describe('docs/errors.md', () => {
  it('says every error code with its meaning, and no other', () => {
    expect(rows('Errors')).toEqual(
      Object.entries(ERROR_CODES).map(([name, meaning]) => [code(name), meaning]),
    )
  })

  it('says every refusal with its code, its meaning and its mutations, and no other', () => {
    const schema = buildSchema()
    const givenBy = (refusal: string) =>
      mutationFields(schema)
        .filter((field) =>
          resultUnion(schema, field)
            .getTypes()
            .some(({ name }) => name === refusal),
        )
        .map(({ name }) => code(name))
        .toSorted()
        .join(', ')
    expect(rows('Refusals')).toEqual(
      REFUSAL_NAMES.map((name) => [
        code(name),
        code(refusalCode(name)),
        REFUSALS[name],
        givenBy(name),
      ]),
    )
  })
})
