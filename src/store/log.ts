import type { AppendCommand, AppendOutcome, CommandKey } from './append.ts'
import type { AppendQueue } from './append-watch.ts'
import type { Epochs } from './epoch.ts'
import type { RecordedEvent } from './event.ts'
import type { ExcerptOf } from './excerpt.ts'
import type { Position } from './position.ts'
import type { StoredReceipt } from './receipt.ts'
import type { Snapshots } from './snapshots.ts'
import type { Staged, Staging } from './staged.ts'
import type { Tail, TailRequest } from './tail.ts'
import type { Wake } from './wake.ts'

export interface TailOf extends TailRequest {
  /** Whose details the caller holds in plain: what is known of somebody forgotten counts as lost. */
  readonly subject: string | null
}

/** The one gapless log of the service. */
export interface Log extends AsyncDisposable {
  /** Appends one command's events durably, sharing the commit with whoever else is waiting. */
  append(command: AppendCommand): Promise<AppendOutcome>
  /**
   * The same in two steps: handed over, then answered. With a predecessor, the command was decided on
   * that one's uncommitted events: both are appended by one batch, or this one is a conflict.
   */
  stage(command: AppendCommand, predecessor?: Staged): Promise<Staging>
  /** What waits to be appended at present. */
  readonly queue: AppendQueue
  /** The receipt of the command with this id, if one was accepted. */
  receipt(key: CommandKey): Promise<StoredReceipt | undefined>
  /** One stream, whole, oldest first; empty where there is none. */
  load(stream: string): Promise<readonly RecordedEvent[]>
  /** What one stream holds that the caller does not know; shares its query with whoever else asks. */
  tail(asked: TailOf): Promise<Tail>
  /** Starting points for those who fold. */
  readonly snapshots: Pick<Snapshots, 'keep' | 'refuse'>
  /** A page of one stream. */
  readStream(
    stream: string,
    options: { readonly afterVersion: number; readonly limit: number },
  ): Promise<readonly RecordedEvent[]>
  /**
   * The log past a position, in order and without a gap: at most `limit` events, and no more than fit
   * into memory. An answer may stop short of the log's end, but is empty only there.
   */
  read(after: Position, limit: number): Promise<readonly RecordedEvent[]>
  /**
   * What follows a position, for whoever follows the log: at most `limit` events, and none only where
   * there was none yet at the time of the call. The pages are shared by all followers of this process:
   * an answer may stop short of the log's end, and an event is the same object for all of them.
   */
  follow(after: Position, limit: number): Promise<readonly RecordedEvent[]>
  /** Events of one stream, of one correlation id, of both, or any, with personal data still sealed. */
  excerpt(
    of: ExcerptOf,
    options: { readonly after: Position; readonly limit: number },
  ): Promise<readonly RecordedEvent[]>
  /** The first event of each stream that has one. */
  origins(streams: readonly string[]): Promise<ReadonlyMap<string, RecordedEvent>>
  /** The position of the last event, read afresh. */
  head(): Promise<Position>
  readonly wake: Wake
  readonly epochs: Epochs
}
