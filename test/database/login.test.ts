import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { openPostgresWriter } from '../../src/database/postgres-writer.ts'
import { type PostgresServer, startPostgres } from '../harness/postgres.ts'

const PASSWORD = 'right-horse'
const WRONG = 'wrong-horse'
const LAUNCHER = join(import.meta.dirname, '../../src/cli/readback.mjs')

let postgres: PostgresServer

beforeAll(async () => {
  postgres = await startPostgres({ password: PASSWORD })
})
afterAll(() => postgres.stop())

const urlWith = (change: (url: URL) => void): string => {
  const url = new URL(postgres.url())
  change(url)
  return url.href
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error('It was let in.'),
    (error: unknown) => error,
  )

/** All that could be logged of an error, causes included. */
const everythingOf = (error: unknown): string =>
  error instanceof Error
    ? [error.message, error.stack, JSON.stringify(error), everythingOf(error.cause)].join('\n')
    : String(error)

const MISTAKES: Readonly<Record<string, readonly [url: () => string, saw: string]>> = {
  'a wrong password': [
    () => urlWith((url) => (url.password = WRONG)),
    'password authentication failed for user "postgres"',
  ],
  'a database that does not exist': [
    () => urlWith((url) => (url.pathname = '/nothing')),
    'database "nothing" does not exist',
  ],
}

describe('a PostgreSQL that asks for a password', () => {
  it('lets in who knows it', async () => {
    await using database = await openDatabase({ engine: 'postgres', url: postgres.url() })
    await using writer = await database.openWriter()
    expect(await writer.query({ name: 'one', text: 'select 1 as one' }, [])).toEqual([{ one: 1 }])
    expect(database.place).not.toContain(PASSWORD)
  })

  it.each(Object.entries(MISTAKES))(
    'says %s in one sentence, without the password',
    async (...given) => {
      const [, [url, saw]] = given
      const sentence =
        `Could not connect to PostgreSQL at ${new URL(url()).host}${new URL(url()).pathname} ` +
        `as postgres; saw: ${saw}; do: check that the server runs there and that the user, ` +
        'the password and the database of the URL are right.'
      const failures = [
        await failureOf(openDatabase({ engine: 'postgres', url: url() })),
        await failureOf(openPostgresWriter(url(), { allowUnsafeDurability: false })),
      ]
      for (const failure of failures) {
        expect(failure).toMatchObject({ message: sentence })
        expect(everythingOf(failure)).not.toMatch(/horse/)
      }
      const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, 'migrate'], {
        encoding: 'utf8',
        env: {
          DATABASE_URL: url(),
          READBACK_AUTH: 'local',
          READBACK_PAYMENT: 'sandbox',
          READBACK_MASTER_KEY: Buffer.alloc(32).toString('base64'),
        },
      })
      expect(status).toBe(1)
      expect(`${stdout}${stderr}`).toContain(sentence)
      expect(`${stdout}${stderr}`).not.toMatch(/horse|\n\s+at /)
    },
  )
})
