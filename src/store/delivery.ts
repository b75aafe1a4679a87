import { setTimeout as delay } from 'node:timers/promises'
import { Unavailable, type AppendOutcome } from './append.ts'
import type { AppendWatch } from './append-watch.ts'
import { latest, LOG_START, type Position } from './position.ts'
import type { Staged } from './staged.ts'
import { faultOf, mayBeCommitted, type BatchWriter, type SentBefore } from './write-batch.ts'

/** What happened to a batch before it is sent again, whole or in halves. */
interface Past extends SentBefore {
  /** The batch may already be committed. */
  lostAnswer: boolean
}

/** Brings a batch's commands to their answers, one way or another. */
export interface Delivery {
  /** Settles every command of the batch; never rejects. */
  send(batch: readonly Staged[]): Promise<void>
}

const RESEND_DELAY_MIN_MS = 20
const RESEND_DELAY_MAX_MS = 500

export const delivery = (options: {
  readonly writer: BatchWriter
  readonly appended: (position: Position) => void
  readonly closing: AbortSignal
  readonly watch?: AppendWatch | undefined
}): Delivery => {
  const { writer, closing, watch } = options

  const send = async (batch: readonly Staged[], past: Past): Promise<void> => {
    let delayMs = RESEND_DELAY_MIN_MS
    for (;;) {
      const left = batch.filter((staged) => !staged.settled)
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
        // Whoever closes does not wait.
        await delay(delayMs, undefined, { signal: closing }).catch(() => {})
        if (left.some(({ settled }) => !settled)) watch?.resent('connection')
        delayMs = Math.min(delayMs * 2, RESEND_DELAY_MAX_MS)
      }
    }
  }

  // Nobody waits for a server that closes.
  const resendTime = (delayMs: number): number =>
    closing.aborted ? Infinity : performance.now() + delayMs

  const write = async (batch: readonly Staged[], past: Past): Promise<void> => {
    for (const staged of batch) staged.sent = true
    try {
      const outcomes = await writer.write(batch, past.lostAnswer ? past : undefined)
      for (const [index, staged] of batch.entries()) settle(staged, outcomes[index])
      watch?.answered(waitedMs(batch))
      const last = lastAppended(outcomes)
      if (last !== undefined) options.appended(last)
    } catch (error) {
      for (const staged of batch) staged.sent = past.lostAnswer || mayBeCommitted(error)
      throw error
    }
  }

  const halve = async (batch: readonly Staged[], past: Past) => {
    watch?.resent('data')
    const middle = Math.ceil(batch.length / 2)
    await send(batch.slice(0, middle), past)
    await send(batch.slice(middle), past)
  }

  return { send: (batch) => send(batch, { lostAnswer: false, headBefore: writer.heard }) }
}

const settle = (staged: Staged, outcome: AppendOutcome | undefined) => {
  if (outcome === undefined)
    return staged.reject(new Error("The batch came back without this command's outcome."))
  staged.resolve(outcome)
}

const waitedMs = (batch: readonly Staged[]): readonly number[] => {
  const now = performance.now()
  return batch.map(({ queuedAt }) => now - queuedAt)
}

const lastAppended = (outcomes: readonly AppendOutcome[]): Position | undefined => {
  let last: Position | undefined
  for (const outcome of outcomes)
    if (outcome.type === 'appended') last = latest(last ?? LOG_START, outcome.receipt.position)
  return last
}

const rejectAll = (batch: readonly Staged[], error: Error) => {
  for (const staged of batch) staged.reject(error)
}

const appendFault = (cause: unknown, past: Past): Error =>
  past.lostAnswer
    ? new Unavailable('UNKNOWN', { cause })
    : new Error('The log refused a batch of commands; nothing of it was written.', { cause })

/** Whoever would be late when the batch is sent again is told now. */
const giveUpLate = (
  batch: readonly Staged[],
  past: Past,
  { resentAt, cause }: { readonly resentAt: number; readonly cause: unknown },
) => {
  for (const staged of batch) if (staged.deadline < resentAt) staged.giveUp(past.lostAnswer, cause)
}
