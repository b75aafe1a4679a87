import { Overloaded } from './append.ts'
import { backlog } from './backlog.ts'
import { delivery } from './delivery.ts'
import { lull } from './lull.ts'
import type { Position } from './position.ts'
import { Staged, type Batch } from './staged.ts'
import type { BatchWriter, SealedCommand } from './write-batch.ts'

/**
 * Concurrent commands share one durable commit: whatever arrives while a batch commits rides in the
 * next. No timer holds it up, so an idle log appends at once.
 *
 * A batch goes: open → sent → written (each command its outcome) | guilty data (halved until the guilty
 * command stands alone) | connection lost (sent again whole until its commands' deadlines; the receipts
 * make that exact).
 */
export interface GroupCommit extends AsyncDisposable {
  /**
   * Puts a command into the open batch. One that was decided on another's uncommitted events must be in
   * that one's batch: undefined if that has left, or is full. Throws Overloaded.
   */
  stage(command: SealedCommand, predecessor?: Staged): Staged | undefined
}

const BATCH_COMMANDS_MAX = 128
const BATCH_EVENTS_MAX = 500
/**
 * A second batch leaves while the first commits only if it is at least so long: the database then reads
 * it during the flush of the first. Shorter ones had better wait and share one commit: each costs the
 * database some 400 µs whatever is in it. With 32 callers, 8 here (two batches of 16) were seen to append
 * 15,600 commands a second, 24 (one batch of 32) 18,000; with 128 and more it makes no difference.
 */
const OVERLAPPING_COMMANDS_MIN = 24
/**
 * Nor do they wait longer than this: a flush takes a few milliseconds, and a connection that says nothing
 * any more is known for lost after ten seconds only.
 */
const SHORT_BATCH_WAIT_MAX_MS = 50
/** How long a batch waits, at most, while each turn of the event loop brings more. */
const GATHERED_MAX_MS = 2
const QUEUE_COMMANDS_MAX = 10_000
const QUEUE_AGE_MAX_MS = 2_000
const QUEUE_WAIT_MAX_MS = 4_000
const RETRY_AFTER_MS = 250

export const groupCommit = (options: {
  /** As many batches may be under way as there are writers. */
  readonly writers: readonly BatchWriter[]
  /** Told the last position of each batch that was appended to the log. */
  readonly appended: (position: Position) => void
}): GroupCommit => {
  const { writers, appended } = options
  const free = [...writers]
  const waiting: Batch[] = []
  /** When each left; the oldest first. */
  const underWay = new Map<Promise<void>, number>()
  const closing = new AbortController()
  const bound = backlog({
    what: 'commands',
    lengthMax: QUEUE_COMMANDS_MAX,
    ageMaxMs: QUEUE_AGE_MAX_MS,
    waitMaxMs: QUEUE_WAIT_MAX_MS,
  })
  let commandsWaiting = 0
  let impatience: NodeJS.Timeout | undefined

  /** A short batch had better wait, for so long. */
  const patienceMs = (): number => {
    const [oldest] = underWay.values()
    return oldest === undefined ? 0 : oldest + SHORT_BATCH_WAIT_MAX_MS - performance.now()
  }

  const pump = () => {
    clearTimeout(impatience)
    for (;;) {
      const [batch] = waiting
      if (batch === undefined || free.length === 0) return
      const waitMs = isShort(batch) ? patienceMs() : 0
      if (waitMs > 0) {
        impatience = setTimeout(pump, waitMs)
        return
      }
      waiting.shift()
      commandsWaiting -= batch.staged.length
      batch.open = false
      for (const part of underWay.size === 0 && free.length > 1
        ? halves(batch.staged)
        : [batch.staged])
        send(part)
    }
  }

  const pumping = lull({ count: () => commandsWaiting, maxMs: GATHERED_MAX_MS, over: pump })

  const send = (batch: readonly Staged[]) => {
    const writer = free.pop()
    if (writer === undefined) throw new Error('A batch was to be sent without a writer.')
    const served = bound.round()
    const sending = delivery({ writer, appended, closing: closing.signal })
      .send(batch)
      .finally(() => {
        served()
        free.push(writer)
        underWay.delete(sending)
        pumping.wait()
      })
    underWay.set(sending, performance.now())
  }

  const openBatch = (): Batch => {
    const last = waiting.at(-1)
    if (last !== undefined && hasRoom(last)) return last
    const batch: Batch = { staged: [], events: 0, open: true }
    waiting.push(batch)
    return batch
  }

  const refuseTooMuch = () => {
    const overloaded = closing.signal.aborted
      ? new Overloaded(RETRY_AFTER_MS, 'this server is shutting down')
      : bound.refusal({
          length: commandsWaiting,
          roundsAhead: Math.max(0, waiting.length - 1),
          oldestAt: waiting[0]?.staged[0]?.queuedAt,
        })
    if (overloaded !== undefined) throw overloaded
  }

  return {
    stage(command, predecessor) {
      refuseTooMuch()
      if (predecessor !== undefined && !(predecessor.open && hasRoom(predecessor.batch)))
        return undefined
      const batch = predecessor?.batch ?? openBatch()
      const staged = new Staged(command, batch, predecessor)
      batch.staged.push(staged)
      batch.events += command.events.length
      commandsWaiting += 1
      pumping.wait()
      return staged
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      while (waiting.length > 0 || underWay.size > 0) {
        pump()
        await Promise.all(underWay.keys())
      }
      pumping[Symbol.dispose]()
      clearTimeout(impatience)
      await Promise.all(writers.map((writer) => writer[Symbol.asyncDispose]()))
    },
  }
}

const hasRoom = ({ staged, events }: Batch): boolean =>
  staged.length < BATCH_COMMANDS_MAX && events < BATCH_EVENTS_MAX

/** Both leave at once, so that from then on one is prepared while the other commits. Chains stay whole. */
const halves = (batch: readonly Staged[]): readonly (readonly Staged[])[] => {
  if (batch.length < 2 * OVERLAPPING_COMMANDS_MIN) return [batch]
  const first = new Set<Staged>()
  const second = new Set<Staged>()
  for (const staged of batch) {
    const { predecessor } = staged
    const isFirst =
      predecessor === undefined ? first.size * 2 < batch.length : first.has(predecessor)
    ;(isFirst ? first : second).add(staged)
  }
  return second.size === 0 ? [batch] : [[...first], [...second]]
}

const isShort = ({ staged }: Batch): boolean => staged.length < OVERLAPPING_COMMANDS_MIN
