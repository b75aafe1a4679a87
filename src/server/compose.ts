import { v7 as uuidV7 } from 'uuid'
import { commandCounts } from '../command/command-counts.ts'
import { commands } from '../command/commands.ts'
import type { Database } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { type DatabaseSetting, openDatabase } from '../database/open.ts'
import { newerMigrations } from '../database/require-migrated.ts'
import { isInstant } from '../domain/instant.ts'
import { parseStored } from '../domain/stored.ts'
import type { Services } from '../graphql/context.ts'
import { graphqlPlugins } from '../graphql/plugins.ts'
import { requestContext } from '../graphql/request-context.ts'
import { buildSchema } from '../graphql/schema.ts'
import { eventLogPages } from '../history/event-log-page.ts'
import { timelines } from '../history/timeline.ts'
import { eventFeed } from '../live/event-feed.ts'
import { orderFeed } from '../live/order-feed.ts'
import { statisticsFeed } from '../live/statistics-feed.ts'
import { statusFeed } from '../live/status-feed.ts'
import { thinned } from '../live/thinned.ts'
import { processes } from '../process/processes.ts'
import { taskDesk } from '../process/task-desk.ts'
import { parkingDesk } from '../projection/parking-desk.ts'
import { projections } from '../projection/projections.ts'
import { watching } from '../projection/watching.ts'
import { customerValueReader } from '../read-model/customer-values.ts'
import { customerReader } from '../read-model/customers.ts'
import { orderReader } from '../read-model/order-reader.ts'
import { orderStatistics, statisticsReader } from '../read-model/order-statistics.ts'
import { orders } from '../read-model/orders.ts'
import { productReader } from '../read-model/products.ts'
import { eventLog } from '../store/event-log.ts'
import type { InlineTurns } from '../store/inline.ts'
import { decode } from './decode.ts'
import { type Address, serveEdge } from './edge.ts'
import { causeChain, faultMask } from './fault.ts'
import { graphqlServer, type GraphqlServer } from './graphql-server.ts'
import { type Health, health } from './health.ts'
import type { Listening } from './listen.ts'
import { localCaller } from './local-caller.ts'
import type { Logger } from './logger.ts'
import { orderProcesses, type OrderProcessSettings } from './order-processes.ts'
import { paymentGateway, type PaymentSetting } from './payment-setting.ts'
import { masterKey, type MasterKeySetting } from './master-key.ts'
import { metrics } from './metrics.ts'
import { READ_MODELS } from './read-models.ts'

export interface ApplicationSetting {
  readonly database: DatabaseSetting
  readonly masterKey: MasterKeySetting
  readonly logger: Logger
  /** The sandbox unless told otherwise. */
  readonly payment?: PaymentSetting
  /** How long stock is set aside, and how gateways are asked; see `ORDER_PROCESS_SETTINGS`. */
  readonly orderProcesses?: Partial<OrderProcessSettings>
  /** Read models that the appender projects where it can. */
  readonly inline?: readonly string[]
}

export interface Application extends AsyncDisposable {
  readonly database: Database
  databaseVersion(): Promise<string>
  /** The migrations that were applied by this start. */
  readonly migrated: readonly string[]
  readonly services: Services
  readonly graphql: GraphqlServer
  readonly health: Health
  /** Serves HTTP and WebSocket until the answer is drained. */
  listen(address: Address): Promise<Listening>
}

/** The whole service, wired top to bottom; disposing closes it bottom to top. */
export const application = async (setting: ApplicationSetting): Promise<Application> => {
  const { logger } = setting
  const report = (error: unknown, context: object) =>
    logger.error({ ...context, fault: causeChain(error) }, 'A background task failed; it goes on.')
  await using opened = new AsyncDisposableStack()

  const database = opened.use(await openDatabase(setting.database))
  const migrated = await migrate(database)
  const newer = await newerMigrations(database)
  if (newer.length > 0)
    logger.warn({ newer }, 'The database was migrated by a newer version; run that one soon.')
  const inline: { turns?: InlineTurns } = {}
  const figures = metrics()
  const log = opened.use(
    await eventLog({
      database,
      masterKey: await masterKey(setting.masterKey),
      report,
      watch: figures.appends,
      // The engine needs the log, and is there only when the first append comes.
      inline:
        setting.inline === undefined
          ? undefined
          : { prepare: async (...batch) => await inline.turns?.prepare(...batch) },
    }),
  )
  const startedAt = await log.head()
  const engine = opened.use(
    await projections({
      onWaited: (end, durationMs) => figures.waited(end, durationMs),
      database,
      log,
      readModels: READ_MODELS,
      decode,
      report,
      inline: setting.inline,
    }),
  )
  inline.turns = engine.inline
  engine.start()
  const counts = commandCounts()
  const write = commands(log, counts)
  const running = opened.use(
    processes({
      database,
      log,
      processes: orderProcesses({
        commands: write,
        gateway: paymentGateway(setting.payment ?? { gateway: 'sandbox' }),
        now: instantNow,
        settings: setting.orderProcesses ?? {},
      }),
      decode,
      report,
    }),
  )
  running.start()

  const source = {
    kysely: database.kysely,
    served: (name: string) => engine.served(name),
    lookAgain: (name: string) => engine.lookAgain(name),
  }
  const reads = {
    orders: orderReader(source),
    products: productReader(source),
    customers: customerReader(source),
    customerValues: customerValueReader(source),
    orderStatistics: statisticsReader(source),
  }
  const projected = engine.projected(orders.name)
  const told = thinned(report)
  const watch = watching({
    kysely: database.kysely,
    projections: engine,
    names: READ_MODELS.map(({ name }) => name),
  })
  const services: Services = {
    commands: write,
    projections: engine,
    reads,
    timelines: timelines({ log, parse: parseStored }),
    eventLog: eventLogPages(log),
    parking: parkingDesk({
      database,
      log,
      decode,
      readModels: READ_MODELS,
      served: (name) => engine.served(name),
    }),
    tasks: taskDesk({ database, log, onChanged: () => running.wake() }),
    orderFeed: opened.use(orderFeed({ source: reads.orders, projected, report: told })),
    eventFeed: opened.use(eventFeed({ log, projected, report: told })),
    statisticsFeed: opened.use(
      statisticsFeed({
        source: reads.orderStatistics,
        projected: engine.projected(orderStatistics.name),
        report: told,
      }),
    ),
    watching: watch,
    statusFeed: opened.use(statusFeed({ watching: watch, report: told })),
    positions: log.epochs,
    now: instantNow,
    uuid: () => uuidV7(),
  }

  const { orderFeed: states, eventFeed: events, statisticsFeed: sums } = services
  let listening: Listening | undefined
  const page = figures.page({
    watching: watch,
    tasks: services.tasks,
    waiters: () => engine.waiters,
    commands: counts,
    queue: () => log.queue,
    sockets: () => listening?.sockets ?? 0,
    subscribers: () => states.subscribers + events.subscribers + sums.subscribers,
  })
  const maskError = faultMask(logger)
  const graphql = graphqlServer({
    schema: buildSchema(),
    plugins: graphqlPlugins(),
    contextOf: (operation) => requestContext({ services, ...operation }),
    maskError,
  })
  const ready = health({
    ping: () => log.head(),
    projections: READ_MODELS.map(({ name }) => name),
    checkpoint: (name) => engine.checkpoint(name),
    isBuilding: (name) => engine.isBuilding(name),
    startedAt,
  })

  const rest = opened.move()
  return {
    database,
    databaseVersion: () => versionOf(database),
    migrated,
    services,
    graphql,
    health: ready,
    listen: async (address) =>
      (listening = await serveEdge(
        { graphql, callerOf: localCaller, health: ready, metrics: page, maskError, logger },
        address,
      )),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

const instantNow = () => {
  const now = new Date().toISOString()
  if (isInstant(now)) return now
  throw new Error(`The clock of this machine says ${now}; set it right.`)
}

const versionOf = async ({ kysely }: Database): Promise<string> => {
  const { version } = await kysely
    .selectNoFrom((at) => [
      at.fn<string>('current_setting', [at.val('server_version')]).as('version'),
    ])
    .executeTakeFirstOrThrow()
  // Debian and others add the name of their package.
  return version.split(' ')[0] ?? version
}
