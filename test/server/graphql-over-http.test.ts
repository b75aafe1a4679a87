import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, startServer } from '../harness/server.ts'

const AUDITS = 61

let server: TestServer
const audits = serverAudits({ url: () => server.url, fetchFn: fetch })

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('the GraphQL over HTTP specification', () => {
  it('is audited in full', () => {
    expect(audits).toHaveLength(AUDITS)
  })

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: %s',
    async (_id, _name, audit) => {
      const result = await audit.fn()
      const reason = result.status === 'ok' ? undefined : result.reason
      expect({ status: result.status, reason }).toStrictEqual({ status: 'ok', reason: undefined })
    },
  )
})
