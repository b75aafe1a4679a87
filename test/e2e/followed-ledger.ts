import { FORGOTTEN } from '../../src/domain/personal.ts'
import { parseStored } from '../../src/domain/stored.ts'
import { parsePositionToken } from '../../src/store/epoch.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import { LOG_START, position as logPosition } from '../../src/store/position.ts'
import type { Log } from '../../src/store/log.ts'
import { type Happened, Ledger } from '../domain/ledger.ts'
import type { ReadLogQuery } from './generated/graphql.ts'
import { dataOf } from './post.ts'
import { readLog } from './sale-documents.ts'

const PAGE = 500

type Logged = ReadLogQuery['eventLog']['nodes'][number]

/** The public log leaves out whatever is personal; what is missing reads as forgotten. */
const happened = ({ position, stream, version, ...stored }: Logged): Happened => {
  const data: Record<string, unknown> = JSON.parse(stored.data)
  if (typeof data['personal'] === 'object')
    data['personal'] = { ...data['personal'], details: FORGOTTEN }
  const event = parseStored(stored.type, stored.schemaVersion, data)
  return { position: parsePositionToken(position)?.number ?? 0n, stream, version, event }
}

/** A ledger that goes on reading where it stopped, over GraphQL. */
export const ledgerOverHttp = (url: () => string) => {
  const ledger = new Ledger()
  let after: string | null = null
  return {
    ledger,
    /** Reads one page; false once it has come to the end. */
    async readOn(): Promise<boolean> {
      const { eventLog } = await dataOf(url(), readLog, { after })
      for (const logged of eventLog.nodes) ledger.add(happened(logged))
      after = eventLog.pageInfo.endCursor ?? after
      return eventLog.pageInfo.hasNextPage
    },
  }
}
export type FollowedLedger = ReturnType<typeof ledgerOverHttp>

const asHappened = ({ position, stream, version, ...stored }: RecordedEvent): Happened => ({
  position,
  stream,
  version,
  event: parseStored(stored.type, stored.schemaVersion, stored.data),
})

/** The whole log up to now, event by event. */
export const ledgerOf = async (log: Pick<Log, 'read'>): Promise<Ledger> => {
  const ledger = new Ledger()
  let page = await log.read(LOG_START, PAGE)
  while (page.length > 0) {
    for (const recorded of page) ledger.add(asHappened(recorded))
    page = await log.read(logPosition(ledger.read), PAGE)
  }
  return ledger
}
