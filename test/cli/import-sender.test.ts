import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { commandSender } from '../../src/cli/import/command-sender.ts'
import type { ImportCommand } from '../../src/cli/import/import-plan.ts'

const COMMAND: ImportCommand = {
  mutation: 'placeOrder',
  record: 'order 10248',
  input: { commandId: '5ebec371-1470-5e31-8615-e5b7e131a17d' },
}

type Scripted = { readonly status?: number; readonly body: string } | 'HANG UP'

const outcome = (value: object): Scripted => ({
  body: JSON.stringify({ data: { outcome: value } }),
})
const failure = (code: string, status = 200): Scripted => ({
  status,
  body: JSON.stringify({
    data: { outcome: null },
    errors: [{ message: `Seen: ${code}.`, extensions: { code, retryAfterMs: 5 } }],
  }),
})
const ACCEPTED = outcome({ replayed: false })

const servers: AsyncDisposable[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

/** A server on the wire that answers from a list, and keeps what it was sent. */
const answering = async (...script: readonly Scripted[]) => {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const answer = script[bodies.length] ?? script.at(-1) ?? 'HANG UP'
      bodies.push(Buffer.concat(chunks).toString())
      if (answer === 'HANG UP') request.socket.destroy()
      else response.writeHead(answer.status ?? 200).end(answer.body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push({
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return { url: `http://127.0.0.1:${address.port}/graphql`, bodies }
}

const sending = (url: string, patienceMs = 10_000) => {
  const stop = new AbortController()
  const troubles: string[] = []
  const onTrouble = (saw: string) => void troubles.push(saw)
  const send = commandSender({ url, signal: stop.signal, onTrouble, patienceMs })
  return { stop, troubles, answer: send(COMMAND) }
}

describe('a command of an import', () => {
  it.each([
    ['a connection that breaks', 'HANG UP'],
    ['OVERLOADED', failure('OVERLOADED')],
    ['UNAVAILABLE', failure('UNAVAILABLE')],
    ['a fault of the server', failure('INTERNAL_SERVER_ERROR')],
    ['the 502 of a proxy', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['the 503 of a server that is stopping', { status: 503, body: '' }],
    ['the 429 of a proxy', { status: 429, body: '' }],
  ] as const)('is sent again, the same to the byte, after %s', async (_what, trouble) => {
    const { url, bodies } = await answering(trouble, trouble, ACCEPTED)
    const { answer, troubles } = sending(url)
    expect(await answer).toMatchObject({ replayed: false })
    expect(bodies).toHaveLength(3)
    expect(new Set(bodies).size).toBe(1)
    expect(troubles).toHaveLength(2)
  })

  it.each([
    [
      'a refusal',
      outcome({ code: 'PRODUCT_UNKNOWN', message: 'There is none.' }),
      'PRODUCT_UNKNOWN',
    ],
    ['bad input', failure('BAD_INPUT'), 'BAD_INPUT'],
    ['a document that is not taken', failure('VALIDATION_FAILED', 400), 'VALIDATION_FAILED'],
    ['a server of another kind', { body: '<html>Welcome</html>' }, 'NOT_GRAPHQL'],
    ['a wrong path', { status: 404, body: 'Not found' }, 'NOT_GRAPHQL'],
  ] as const)('ends the import on %s', async (_what, scripted, code) => {
    const { url, bodies } = await answering(scripted)
    const { answer } = sending(url)
    await expect(answer).rejects.toThrow(`placeOrder for order 10248 was answered with ${code}`)
    await expect(answer).rejects.toThrow('run the import again')
    expect(bodies).toHaveLength(1)
  })

  it('says that a record was imported before with other contents', async () => {
    const reused = outcome({ code: 'COMMAND_ID_REUSED', message: 'Used.' })
    const { answer } = sending((await answering(reused)).url)
    await expect(answer).rejects.toThrow(/earlier import of the same source, with other contents/)
  })

  it('is given up after a bounded time', async () => {
    const { url, bodies } = await answering(failure('UNAVAILABLE'))
    await expect(sending(url, 300).answer).rejects.toThrow(/no answer .* UNAVAILABLE.*npm start/)
    expect(bodies.length).toBeLessThan(10)
  })

  it('is no longer waited for once the import is stopped', async () => {
    const { url } = await answering('HANG UP')
    const { answer, stop } = sending(url)
    stop.abort()
    await expect(answer).rejects.toThrow(/aborted/)
  })
})
