import type { Read } from './attempts.ts'
import type { Followed, LedgerLine } from './ledger.ts'
import { type Violation, violation } from './violation.ts'
import type { WrittenLog } from './written-log.ts'

/**
 * Every read is explained by one state of the log, at least as new as it demanded, and no session
 * sees an older one than before.
 */
export const checkReads = (reads: readonly Read[], log: WrittenLog): readonly Violation[] => {
  const found: Violation[] = []
  const seenBy = new Map<string, number>()
  for (const read of reads) {
    const { asked, saw, floor } = read
    const span = spanOf(read, log)
    const says = (what: string) => `${asked.client} ${what}: ${JSON.stringify(saw)}.`
    if (span === undefined) {
      found.push(violation('read-unexplained', says('saw what never was')))
      continue
    }
    const before = seenBy.get(asked.client) ?? 0
    if (span.to < Math.max(asked.after, asked.fresh ? floor : 0))
      found.push(violation('stale-read', says(`demanded ${asked.after}, knew ${floor}, saw less`)))
    if (span.to < before) found.push(violation('went-back', says(`had seen ${before}, saw less`)))
    seenBy.set(asked.client, Math.max(before, span.from, asked.after))
  }
  return found
}

/** Where the log looked like what was seen, all of it at once. */
const spanOf = ({ saw }: Read, log: WrittenLog) => {
  // A bare head says how far the log went, no more and no less.
  let from = saw.at ?? 0
  let to = saw.streams.length === 0 ? from : Infinity
  for (const seen of saw.streams) {
    const span = log.span(seen)
    if (span === undefined) return undefined
    from = Math.max(from, span.from)
    to = Math.min(to, span.to)
  }
  return from > to || from > log.head ? undefined : { from, to }
}

/** A follower is given the log as it is, each event once, in order. */
export const checkFollowers = (
  lines: readonly LedgerLine[],
  log: WrittenLog,
): readonly Violation[] => {
  const found: Violation[] = []
  const checkpoints = new Map<string, number>()
  for (const line of lines) {
    if (line.type !== 'followed') continue
    const before = checkpoints.get(line.client) ?? line.after
    if (line.after !== before)
      found.push(violation('skipped', `${line.client} went from ${before} to ${line.after}.`))
    found.push(...checkPage(line, log))
    checkpoints.set(line.client, line.events.at(-1)?.position ?? line.after)
  }
  return found
}

const checkPage = ({ client, after, events }: Followed, log: WrittenLog): readonly Violation[] => {
  const found: Violation[] = []
  let checkpoint = after
  for (const { position, hash } of events) {
    const is = log.at(position)
    if (position !== checkpoint + 1)
      found.push(violation('skipped', `${client} was given ${position} after ${checkpoint}.`))
    if (is?.hash !== hash)
      found.push(violation('skipped', `${client} was given at ${position} what is not there.`))
    checkpoint = position
  }
  return found
}
