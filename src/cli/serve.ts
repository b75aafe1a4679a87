import { type Application, application } from '../server/compose.ts'
import { causeChain } from '../server/fault.ts'
import type { Listening } from '../server/listen.ts'
import { type Logger, processLogger } from '../server/logger.ts'
import { shutDown } from '../server/shutdown.ts'
import type { ServeConfig } from './config.ts'
import { version } from './version.ts'

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const
/** Ctrl-C reaches us twice under npm, from the terminal and from npm; that is one wish to stop. */
const SAME_WISH_MS = 500

/** Runs the server until it is told to stop. */
export const serve = async (config: ServeConfig): Promise<void> => {
  const logger = processLogger(config.logLevel)
  endOnLostErrors(logger)
  console.log(`Readback ${await version()}`)
  const app = await application({ ...config, logger })
  let listening: Listening
  try {
    listening = await app.listen(config)
  } catch (error) {
    await app[Symbol.asyncDispose]()
    throw error
  }
  const stopped = signalled()
  console.log(await welcome(app, { config, listening }))
  console.log(`\nStopping on ${await stopped}: finishing what is under way.`)
  try {
    await shutDown({ listening, application: app })
    console.log('Stopped.')
    process.exit(0)
  } catch (error) {
    logger.fatal({ fault: causeChain(error) }, 'The server did not stop cleanly.')
    process.exit(1)
  }
}

/** The first signal that arrives. A second one, sent by somebody who will not wait, ends us at once. */
const signalled = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let first: number | undefined
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.on(signal, () => {
        first ??= performance.now()
        if (performance.now() - first > SAME_WISH_MS) process.exit(code)
        resolve(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
      })
    }
  })

/** After an error that nobody caught, nothing in this process can be trusted; a supervisor restarts it. */
const endOnLostErrors = (logger: Logger): void => {
  process.on('uncaughtException', (error, origin) => {
    logger.fatal({ origin, fault: causeChain(error) }, 'An error was caught by nobody.')
    process.exit(1)
  })
}

const welcome = async (
  app: Application,
  { config, listening }: { readonly config: ServeConfig; readonly listening: Listening },
): Promise<string> => {
  const { url } = listening
  const { engine, place } = app.database
  const memory = place === 'memory'
  const postgres = `PostgreSQL ${await app.databaseVersion()}`
  const database =
    engine === 'postgres'
      ? `${postgres} at ${place}`
      : `PGlite, an embedded ${postgres}, ${memory ? 'in memory: gone when the server stops' : `in ${place}`}`
  const rows = [
    ['Database', database],
    ['Access', 'local: everybody who reaches this server is staff; nobody is asked who they are'],
    [
      'Payment',
      config.payment.gateway === 'sandbox'
        ? 'sandbox: no money is moved'
        : `gateway at ${new URL(config.payment.url).host}`,
    ],
    ['GraphQL', `${url}/graphql (open it in a browser)`],
    ['Sockets', `${url.replace('http', 'ws')}/graphql`],
    ['Health', `${url}/health/ready`],
    ['Stop', 'Ctrl-C'],
  ]
  if (config.host !== '127.0.0.1' && config.host !== 'localhost')
    rows.splice(2, 0, [
      '',
      `and it listens on ${config.host}: keep it from networks you do not trust`,
    ])
  const lines = rows.map(([name = '', text = '']) => `  ${name.padEnd(10)}${text}`)
  return ['', ...lines].join('\n')
}
