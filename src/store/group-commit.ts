import { Overloaded, Unavailable, type AppendOutcome } from './append.ts'
import { backlog, type Backlogged } from './backlog.ts'
import {
  faultOf,
  mayBeCommitted,
  type BatchWriter,
  type SealedCommand,
  type SentBefore,
} from './write-batch.ts'

/**
 * Concurrent commands share one durable commit: whatever arrives while a batch commits rides in the
 * next. There is no timer, so an idle log appends at once.
 *
 * A batch goes: queued → taken → written (each command its outcome) | guilty data (halved until the
 * guilty command stands alone) | connection lost (sent again whole until its commands' deadlines; the
 * receipts make that exact).
 */
export interface GroupCommit extends AsyncDisposable {
  append(command: SealedCommand): Promise<AppendOutcome>
}

interface Pending {
  readonly command: SealedCommand
  readonly queuedAt: number
  readonly deadline: number
  readonly resolve: (outcome: AppendOutcome) => void
  readonly reject: (error: Error) => void
  /** Its outcome was told: by the log, or by its deadline, after which it is not sent (again). */
  settled: boolean
  /** It may have reached the database. */
  sent: boolean
}

const BATCH_COMMANDS_MAX = 256
const BATCH_EVENTS_MAX = 1_000
const QUEUE_COMMANDS_MAX = 10_000
const QUEUE_AGE_MAX_MS = 2_000
const QUEUE_WAIT_MAX_MS = 4_000
const RETRY_AFTER_MS = 250
const RESEND_DELAY_MIN_MS = 20
const RESEND_DELAY_MAX_MS = 500

export const groupCommit = (writer: BatchWriter): GroupCommit => {
  const queue: Pending[] = []
  const closing = new AbortController()
  const bound = backlog({
    what: 'commands',
    lengthMax: QUEUE_COMMANDS_MAX,
    ageMaxMs: QUEUE_AGE_MAX_MS,
    waitMaxMs: QUEUE_WAIT_MAX_MS,
  })
  let running: Promise<void> | undefined

  const run = async () => {
    while (queue.length > 0) {
      const served = bound.round()
      await send(take(queue), { lostAnswer: false, headBefore: writer.heard })
      served()
    }
    // In the same step as the look at the queue: a command that came in between would wait for ever.
    running = undefined
  }

  const send = async (batch: readonly Pending[], past: Past): Promise<void> => {
    let delayMs = RESEND_DELAY_MIN_MS
    for (;;) {
      const left = batch.filter((pending) => !pending.settled)
      if (left.length === 0) return
      try {
        await write(left, past)
        return
      } catch (error) {
        const fault = faultOf(error)
        if (fault === 'data' && left.length > 1) return await halve(left, past)
        if (fault !== 'connection') return rejectAll(left, appendFault(error, past))
        past.lostAnswer ||= mayBeCommitted(error)
        giveUpLate(left, past, { resentAt: resendTime(delayMs), cause: error })
        await delay(delayMs, closing.signal)
        delayMs = Math.min(delayMs * 2, RESEND_DELAY_MAX_MS)
      }
    }
  }

  // Nobody waits for a server that closes.
  const resendTime = (delayMs: number): number =>
    closing.signal.aborted ? Infinity : performance.now() + delayMs

  const write = async (batch: readonly Pending[], past: Past): Promise<void> => {
    for (const pending of batch) pending.sent = true
    try {
      const commands = batch.map((pending) => pending.command)
      const outcomes = await writer.write(commands, past.lostAnswer ? past : undefined)
      batch.forEach((pending, index) => settle(pending, outcomes[index]))
    } catch (error) {
      for (const pending of batch) pending.sent = past.lostAnswer || mayBeCommitted(error)
      throw error
    }
  }

  const halve = async (batch: readonly Pending[], past: Past) => {
    const middle = Math.ceil(batch.length / 2)
    await send(batch.slice(0, middle), past)
    await send(batch.slice(middle), past)
  }

  return {
    append(command) {
      const queuedAt = performance.now()
      const overloaded = closing.signal.aborted
        ? new Overloaded(RETRY_AFTER_MS, 'this server is shutting down')
        : bound.refusal(backlogged(queue))
      if (overloaded !== undefined) return Promise.reject(overloaded)
      return new Promise((resolve, reject) => {
        queue.push(pendingOf(command, { queuedAt, resolve, reject }))
        running ??= run()
      })
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await running
      await writer[Symbol.asyncDispose]()
    },
  }
}

/** What happened to a batch before it is sent again, whole or in halves. */
interface Past extends SentBefore {
  /** The batch may already be committed. */
  lostAnswer: boolean
}

const backlogged = (queue: readonly Pending[]): Backlogged => ({
  length: queue.length,
  roundsAhead: Math.floor(queue.length / BATCH_COMMANDS_MAX),
  oldestAt: queue[0]?.queuedAt,
})

/** A command with a watch on its deadline: it is answered then, wherever it is. */
const pendingOf = (
  command: SealedCommand,
  { queuedAt, resolve, reject }: Pick<Pending, 'queuedAt' | 'resolve' | 'reject'>,
): Pending => {
  const timer = setTimeout(() => {
    const cause = new Error(`No answer came within ${Math.round(command.timeoutMs)} ms.`)
    giveUp(pending, { lostAnswer: pending.sent }, cause)
  }, command.timeoutMs)
  const settled = () => {
    clearTimeout(timer)
    pending.settled = true
  }
  const pending: Pending = {
    command,
    queuedAt,
    deadline: queuedAt + command.timeoutMs,
    resolve(outcome) {
      settled()
      resolve(outcome)
    },
    reject(error) {
      settled()
      reject(error)
    },
    settled: false,
    sent: false,
  }
  return pending
}

const take = (queue: Pending[]): readonly Pending[] => {
  let events = 0
  let count = 0
  for (const pending of queue) {
    events += pending.settled ? 0 : pending.command.events.length
    if (count === BATCH_COMMANDS_MAX || (count > 0 && events > BATCH_EVENTS_MAX)) break
    count += 1
  }
  return queue.splice(0, count)
}

const settle = (pending: Pending, outcome: AppendOutcome | undefined) => {
  if (outcome === undefined)
    return pending.reject(new Error("The batch came back without this command's outcome."))
  pending.resolve(outcome)
}

const rejectAll = (batch: readonly Pending[], error: Error) => {
  for (const pending of batch) pending.reject(error)
}

const appendFault = (cause: unknown, past: Past): Error =>
  past.lostAnswer
    ? new Unavailable('UNKNOWN', { cause })
    : new Error('The log refused a batch of commands; nothing of it was written.', { cause })

const giveUp = (pending: Pending, past: Pick<Past, 'lostAnswer'>, cause: unknown) => {
  pending.reject(new Unavailable(past.lostAnswer ? 'UNKNOWN' : 'NOT_WRITTEN', { cause }))
}

/** Whoever would be late when the batch is sent again is told now. */
const giveUpLate = (
  batch: readonly Pending[],
  past: Past,
  { resentAt, cause }: { readonly resentAt: number; readonly cause: unknown },
) => {
  for (const pending of batch) if (pending.deadline < resentAt) giveUp(pending, past, cause)
}

const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
