import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readImportFile } from '../../src/cli/import/read-import-file.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type ServerProcess, startServerProcess } from '../harness/server.ts'
import { importInto, SAMPLE, sumOf } from './import-run.ts'
import { figuresOfFile, figuresOverApi, ordersOverApi } from './imported-figures.ts'

const TIMEOUT_MS = 120_000

const expected = figuresOfFile(await readImportFile(SAMPLE))

describe.each(['pglite', 'postgres'] as const)(
  'when a server on %s is killed in the middle of an import',
  (engine) => {
    let environment: Readonly<Record<string, string>>
    let args: readonly string[]
    let opened: AsyncDisposableStack

    beforeEach(async () => {
      opened = new AsyncDisposableStack()
      if (engine === 'postgres') {
        environment = { DATABASE_URL: opened.use(await cloneTemplate()).url }
        args = []
        return
      }
      const folder = await mkdtemp(join(tmpdir(), 'readback-import-'))
      opened.defer(() => rm(folder, { recursive: true, force: true }))
      environment = {}
      args = ['--data', folder]
    })
    afterEach(() => opened.disposeAsync())

    const start = async (port?: string): Promise<ServerProcess> =>
      opened.use(
        await startServerProcess(
          port === undefined ? environment : { ...environment, PORT: port },
          args,
        ),
      )
    const untilRead = (url: string) =>
      eventually(async () => expect(await figuresOverApi(url)).toEqual(expected), {
        timeoutMs: 20_000,
        intervalMs: 100,
      })

    it(
      'a second import after its restart comes to the same figures',
      { timeout: TIMEOUT_MS },
      async () => {
        const first = await start()
        const stopped = importInto({
          url: first.url,
          stopWhen: (done) => {
            if (done === 40) first.signal('SIGKILL')
            return done === 40
          },
        })
        await expect(stopped).rejects.toThrow(/aborted/)
        expect(await first.exited).toBe('SIGKILL')

        const second = await start()
        const rest = await importInto({ url: second.url })
        expect(sumOf(rest, 'already')).toBeGreaterThanOrEqual(40)
        await untilRead(second.url)
        const orders = await ordersOverApi(second.url)
        expect(sumOf(await importInto({ url: second.url }), 'new')).toBe(0)
        expect(await ordersOverApi(second.url)).toEqual(orders)
      },
    )

    it('an import that is still waiting goes on by itself', { timeout: TIMEOUT_MS }, async () => {
      const first = await start()
      const { port } = new URL(first.origin)
      const trouble = Promise.withResolvers<string>()
      const running = importInto({
        url: first.url,
        onTrouble: trouble.resolve,
        stopWhen: (done) => {
          if (done === 40) first.signal('SIGKILL')
          return false
        },
      })
      expect(await trouble.promise).not.toBe('')
      await first.exited
      const second = await start(port)
      await running
      await untilRead(second.url)
    })
  },
)
