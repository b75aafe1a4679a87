import type { Commands } from '../command/commands.ts'
import type { Instant } from '../domain/instant.ts'
import type { EventLogPages } from '../history/event-log-page.ts'
import type { Timelines } from '../history/timeline.ts'
import type { OrderFeed } from '../live/order-feed.ts'
import type { StatisticsFeed } from '../live/statistics-feed.ts'
import type { EventFeed } from '../live/event-feed.ts'
import type { StatusFeed } from '../live/status-feed.ts'
import type { TaskDesk } from '../process/task-desk.ts'
import type { ParkingDesk } from '../projection/parking-desk.ts'
import type { Projections } from '../projection/projections.ts'
import type { Watching } from '../projection/watching.ts'
import type { ReadModels } from './read-models.ts'
import type { Epochs } from '../store/epoch.ts'
import type { Actor } from '../store/event.ts'
import type { RequestState } from './request-state.ts'

/** What resolvers work with; the same for every request of a server. */
export interface Services {
  readonly commands: Commands
  readonly projections: Projections
  readonly reads: ReadModels
  readonly timelines: Timelines
  readonly eventLog: EventLogPages
  readonly tasks: TaskDesk
  readonly parking: ParkingDesk
  readonly orderFeed: OrderFeed
  readonly eventFeed: EventFeed
  readonly statisticsFeed: StatisticsFeed
  readonly watching: Watching
  readonly statusFeed: StatusFeed
  readonly positions: Epochs
  /** The edge's clock. */
  readonly now: () => Instant
  /** A new UUIDv7. */
  readonly uuid: () => string
}

/** On whose behalf a request is served. */
export interface Viewer {
  /** Whose command ids they are: the issuer and subject of whoever calls. */
  readonly scope: string
  readonly actor: Actor
}

export interface GraphqlContext {
  readonly services: Services
  readonly viewer: Viewer
  readonly state: RequestState
}
