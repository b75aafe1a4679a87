import { CompiledQuery } from 'kysely'
import { v7 as uuidV7 } from 'uuid'
import type { Database } from '../../src/database/database.ts'
import type { NewEvent } from '../../src/store/event.ts'
import type { Log } from '../../src/store/log.ts'
import { dice as seededDice, type Dice } from '../domain/dice.ts'
import { eventually } from '../harness/eventually.ts'
import { happened } from '../store/append-command.ts'
import { eventHash, type Ledger, type Seen } from './ledger.ts'
import { loggedAfter } from './logged-history.ts'
import { nothingIn, storeClient, type StoreClient, type Wish } from './store-client.ts'

/** How several streams are read out of one state. */
export type ReadTogether = (streams: readonly string[]) => Promise<readonly Seen[]>

export interface StoreLoad {
  /** One log a process: clients take them in turn. */
  readonly logs: readonly [Log, ...Log[]]
  /** To look at the log past what is to be judged. */
  readonly database: Database
  readonly ledger: Ledger
  readonly seed: number
  readonly readTogether?: ReadTogether
  /** Goes on until then, instead of a few steps. */
  readonly until?: AbortSignal
}

const CLIENTS = 8
const STEPS_EACH = 16
const STEPS_EACH_MAX = 10_000
/** Then the next two streams are hot; some of the commands on these are refused by then. */
const COMMANDS_ON_A_PAIR = 40
const HOT_STREAMS = ['hot-0', 'hot-1', 'hot-2', 'hot-3', 'hot-4', 'hot-5']
const FOLLOWER_PAGE = 50
const LOAD_MAX_MS = 600_000
const SCOPES = ['one', 'other'] as const

/** Everything that clients of a log do, at once, on streams they share and on their own. */
export const runStoreLoad = async (load: StoreLoad): Promise<void> => {
  const { logs, ledger, database, until } = load
  let issued = 0
  const dice = seededDice(load.seed)
  const hot = () => `hot-${2 * Math.floor((issued += 1) / COMMANDS_ON_A_PAIR) + dice.roll(2)}`
  const settled: Wish[] = []
  const readTogether = load.readTogether ?? inOneStatement(database)
  const session = async (name: string, log: Log): Promise<void> => {
    const client = storeClient(name, { log, ledger })
    const other = storeClient(`${name}'`, { log: logs.at(-1) ?? log, ledger })
    const steps = until === undefined ? STEPS_EACH : STEPS_EACH_MAX
    for (let step = 0; step < steps && until?.aborted !== true; step += 1) {
      await stepOf({ client, other, dice, hot, settled })
      if (dice.chance(30)) await client.load(dice.pick(HOT_STREAMS))
      if (dice.chance(30)) await client.head()
      if (dice.chance(30)) await noteTogether(name, { ledger, readTogether })
    }
  }
  const over = new AbortController()
  const following = follow({ database, ledger, signal: over.signal })
  const sessions = Array.from({ length: CLIENTS }, (_, n) =>
    session(`client-${n}`, logs[n % logs.length] ?? logs[0]),
  )
  await Promise.all(sessions).finally(() => over.abort())
  await following
}

interface Stepping {
  readonly client: StoreClient
  readonly other: StoreClient
  readonly dice: Dice
  readonly hot: () => string
  /** By anybody, to be sent again. */
  readonly settled: Wish[]
}

const stepOf = async ({ client, other, dice, hot, settled }: Stepping): Promise<void> => {
  const wish = wishFor(hot(), { dice })
  const kind = dice.roll(100)
  if (kind < 30) {
    await client.settle(wish)
  } else if (kind < 40) {
    const next = wishFor(wish.stream, { dice })
    await client.chain(wish, next, () => Promise.resolve())
    await client.settle(wish)
    await client.settle(next)
    await rivalry({ client, other, dice })
  } else if (kind < 55) {
    // The same command, twice at once, in one process or in two; and then once more.
    await Promise.all([client.settle(wish), (dice.chance(50) ? client : other).settle(wish)])
    await client.attempt(wish, nothingIn(wish.stream))
  } else if (kind < 70) {
    // Its id for something else, at the same time.
    const reused = { ...wishFor(`thing-${uuidV7()}`, { dice }), key: wish.key }
    await Promise.all([client.settle(wish), client.settle(reused)])
  } else if (kind < 85) {
    // Its id, of somebody else.
    const [one, another] = SCOPES
    const scope = wish.key.scope === one ? another : one
    const theirs = { ...wishFor(hot(), { dice }), key: { ...wish.key, scope } }
    await Promise.all([client.settle(wish), other.settle(theirs)])
  } else {
    const own = wishFor(`thing-${uuidV7()}`, { dice })
    const nothing = nothingIn(own.stream)
    await client.attempt(own, nothing)
    await other.attempt(own, nothing)
    // Decided on what is yet to come.
    const early = wishFor(`thing-${uuidV7()}`, { dice })
    await client.attempt(early, { ...nothingIn(early.stream), version: 2 })
  }
  settled.push(wish)
  if (dice.chance(30)) await client.settle(dice.pick(settled))
}

/** Somebody else is first, with events that have the very numbers of ours. */
const rivalry = async ({ client, other, dice }: Pick<Stepping, 'client' | 'other' | 'dice'>) => {
  const stream = `thing-${uuidV7()}`
  const wish = () => wishFor(stream, { dice })
  const [first, second, rival] = [wish(), wish(), wish()] as const
  await client.chain(first, second, () => other.settle({ ...rival, events: first.events }))
  await client.settle(second)
}

const wishFor = (stream: string, { dice }: { readonly dice: Dice }): Wish => {
  const id = uuidV7()
  const count = 1 + dice.roll(3)
  const [first, ...others] = Array.from({ length: count }, (_, place) => happened({ id, place }))
  const events: readonly [NewEvent, ...NewEvent[]] = [first ?? happened(), ...others]
  return { key: { scope: dice.pick(SCOPES), id }, stream, events }
}

const noteTogether = async (
  name: string,
  { ledger, readTogether }: { readonly ledger: Ledger; readonly readTogether: ReadTogether },
) => {
  const op = ledger.op()
  // A session of its own: it was not told what the client was.
  await ledger.note({ type: 'ask', op, client: `${name} together`, after: 0, fresh: true })
  const streams = await readTogether(HOT_STREAMS)
  await ledger.note({ type: 'saw', op, at: null, streams })
}

interface LastRow {
  readonly stream: string
  readonly version: number | null
  readonly type: string | null
  readonly data: NewEvent['data'] | null
  readonly command: string | null
}

const SELECT_LAST = `select wanted.stream, last.version, last.type, last.data,
    last.metadata->>'commandId' as command
  from unnest($1::text[]) as wanted(stream) left join lateral (
    select * from log.events e where e.stream = wanted.stream order by e.version desc limit 1
  ) last on true`

export const inOneStatement =
  (database: Database): ReadTogether =>
  async (streams) => {
    const { rows } = await database.kysely.executeQuery<LastRow>(
      CompiledQuery.raw(SELECT_LAST, [streams]),
    )
    return rows.map(({ stream, version, type, data, command }) => ({
      stream,
      version: version ?? 0,
      hash: data === null ? null : eventHash({ commandId: command ?? '', type: type ?? '', data }),
    }))
  }

/** Reads on from its checkpoint until nothing more comes after the end. */
const follow = async (of: {
  readonly database: Database
  readonly ledger: Ledger
  readonly signal: AbortSignal
}): Promise<void> => {
  let after = 0
  const turn = async (): Promise<boolean> => {
    const isOver = of.signal.aborted
    const page = await loggedAfter(of.database, after, { limit: FOLLOWER_PAGE })
    const events = page.map(({ position, hash }) => ({ position, hash }))
    if (events.length > 0)
      await of.ledger.note({ type: 'followed', client: 'follower', after, events })
    after = page.at(-1)?.position ?? after
    return isOver && page.length === 0
  }
  await eventually(turn, { timeoutMs: LOAD_MAX_MS, intervalMs: 1 })
}
