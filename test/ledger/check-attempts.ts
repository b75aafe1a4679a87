import type { Attempt } from './attempts.ts'
import type { Accepted, Failed, Seen } from './ledger.ts'
import { type Violation, violation } from './violation.ts'
import { nameOf, type Span, type WrittenCommand, type WrittenLog } from './written-log.ts'

/** Every command that was asked beside what the log has of it. */
export const checkAttempts = (
  attempts: readonly Attempt[],
  log: WrittenLog,
  { asksAfter = 0 }: { readonly asksAfter?: number } = {},
): readonly Violation[] => {
  const byKey = Map.groupBy(attempts, ({ key }) => key)
  const found: Violation[] = [...checkAsked(byKey, log, asksAfter)]
  for (const [key, sent] of byKey) {
    const [written] = log.commands.get(key) ?? []
    found.push(...checkAnswers(sent, written))
    if (written !== undefined) found.push(...checkEffect(sent, written, log))
    for (const attempt of sent) found.push(...checkRefusal(attempt, written, log))
  }
  return found
}

const checkAsked = (
  byKey: ReadonlyMap<string, readonly Attempt[]>,
  log: WrittenLog,
  asksAfter: number,
): readonly Violation[] => {
  const scopes = new Set([...byKey.values()].flat().map(({ sent }) => sent.scope))
  return [...log.commands.values()]
    .flat()
    .filter(
      ({ key, scope, last }) => scopes.has(scope) && !byKey.has(key) && last.position > asksAfter,
    )
    .map(({ key, last }) => violation('unasked', `Nobody asked for ${nameOf(last)} of ${key}.`))
}

const isAccepted = (attempt: Attempt): attempt is Attempt & { readonly answer: Accepted } =>
  attempt.answer?.type === 'ok'

const mayHaveWritten = ({ answer }: Attempt): boolean => answer?.type !== 'fail'

const asksFor = ({ sent }: Pick<Attempt, 'sent'>, { first, events }: WrittenCommand): boolean =>
  sent.stream === first.stream &&
  sent.events.length === events.length &&
  sent.events.every((hash, place) => hash === events[place]?.hash)

const checkAnswers = (
  attempts: readonly Attempt[],
  written: WrittenCommand | undefined,
): readonly Violation[] => {
  const accepted = attempts.filter(isAccepted)
  return [
    ...accepted.flatMap((attempt) => checkReceipt(attempt, written)),
    ...accepted.flatMap((attempt) => checkReplayed(attempt, attempts)),
    ...attempts.flatMap((attempt) => checkAfterwards(attempt, accepted)),
  ]
}

const checkReceipt = (
  attempt: Attempt & { readonly answer: Accepted },
  written: WrittenCommand | undefined,
): readonly Violation[] => {
  const { stream, version, position } = attempt.answer
  const receipt = `${attempt.key} was told ${stream}@${version} (position ${position})`
  if (written === undefined) return [violation('lost', `${receipt}, and is not there.`)]
  const { last } = written
  const isRight = last.stream === stream && last.version === version && last.position === position
  return [
    ...(isRight ? [] : [violation('receipt-wrong', `${receipt}, and is ${nameOf(last)}.`)]),
    ...(asksFor(attempt, written)
      ? []
      : [
          violation('content-differs', `${nameOf(last)} is not what ${attempt.sent.op} asked for.`),
        ]),
  ]
}

/** Whoever has the effect is told so once; whoever repeats it is told that. */
const checkReplayed = (
  attempt: Attempt & { readonly answer: Accepted },
  attempts: readonly Attempt[],
): readonly Violation[] => {
  const { replayed } = attempt.answer
  const others = attempts.filter((other) => other !== attempt)
  const isFirst = (other: Attempt) =>
    isAccepted(other) && (other.answer.replayed === false || other.answeredAt < attempt.sentAt)
  const { op } = attempt.sent
  if (replayed === false && others.some(isFirst))
    return [violation('replayed-wrong', `${op} of ${attempt.key} was told to be the first.`)]
  if (replayed === true && !others.some((other) => mayHaveWritten(other)))
    return [violation('replayed-wrong', `${op} of ${attempt.key} was the first.`)]
  return []
}

/** Who repeats what was accepted hears of its acceptance, whatever became of the world. */
const checkAfterwards = (attempt: Attempt, accepted: readonly Attempt[]): readonly Violation[] => {
  if (attempt.answer?.type !== 'fail' || attempt.answer.kind !== 'refused') return []
  const { sent, sentAt, answer, key } = attempt
  const before = accepted.some(
    (other) => other.answeredAt < sentAt && isSame(other.sent.events, sent.events),
  )
  return before
    ? [violation('refused-after-accepted', `${key} was then refused: ${answer.why}.`)]
    : []
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((hash, place) => hash === other[place])

const checkEffect = (
  attempts: readonly Attempt[],
  written: WrittenCommand,
  log: WrittenLog,
): readonly Violation[] => {
  const { first, last, key } = written
  // Who was told that it had been done before did not do it.
  const authors = attempts.filter(
    ({ answer, ...attempt }) =>
      answer?.type !== 'fail' &&
      !(answer?.type === 'ok' && answer.replayed === true) &&
      asksFor(attempt, written),
  )
  if (authors.length === 0) {
    const answers = attempts.map(({ answer }) => (answer?.type === 'fail' ? answer.why : 'known'))
    return [violation('refused-but-written', `${nameOf(last)} of ${key}: ${answers.join(', ')}.`)]
  }
  const floor = Math.min(...authors.map((author) => author.floor))
  const isExplained = authors.some(({ decidedOn }) => stoodBefore(decidedOn, written, log))
  return [
    ...(first.position > floor
      ? []
      : [violation('real-time', `${nameOf(first)} was asked for when ${floor} was known.`)]),
    ...(isExplained
      ? []
      : [violation('basis-changed', `${nameOf(first)} does not follow what it was decided on.`)]),
  ]
}

/** Whether a command was decided on the very event that stands before its first. */
const stoodBefore = (
  decidedOn: Seen | null,
  { first }: WrittenCommand,
  log: WrittenLog,
): boolean => {
  if (decidedOn === null) return true
  const before = log.event(first.stream, first.version - 1)
  return (
    decidedOn.stream === first.stream &&
    decidedOn.version === first.version - 1 &&
    (decidedOn.hash === null || decidedOn.hash === before?.hash)
  )
}

/** A refusal rests on something that stands in the log, is not out of date, and knows no acceptance. */
const checkRefusal = (
  attempt: Attempt,
  written: WrittenCommand | undefined,
  log: WrittenLog,
): readonly Violation[] => {
  const { answer, key } = attempt
  if (answer?.type !== 'fail' || answer.kind !== 'refused') return []
  const what = `${key} was refused (${answer.why})`
  const own = written !== undefined && asksFor(attempt, written) ? written : undefined
  const rests = restsOn(answer, log)
  const unexplained = unexplainedBy({ ...attempt, answer }, { written, own, rests, log })
  if (unexplained !== undefined)
    return [violation('refusal-unexplained', `${what} ${unexplained}: ${said(answer)}.`)]
  return own !== undefined && rests !== undefined && rests.from >= own.last.position
    ? [violation('refused-after-accepted', `${what} for its own effect: ${said(answer)}.`)]
    : []
}

const unexplainedBy = (
  attempt: Attempt & { readonly answer: Failed },
  of: {
    readonly written: WrittenCommand | undefined
    readonly own: WrittenCommand | undefined
    readonly rests: Span | undefined
    readonly log: WrittenLog
  },
): string | undefined => {
  if (of.rests === undefined) return 'for what never was'
  if (of.rests.to < attempt.floor) return 'for what no longer was'
  if (isItsOwnBasis(attempt, of.log)) return 'for being decided on just that'
  const isOther = of.written !== undefined && of.own === undefined
  return attempt.answer.why === REUSED && !isOther ? 'though no other command has' : undefined
}

const restsOn = ({ seen, position }: Failed, log: WrittenLog): Span | undefined => {
  const span = seen === null ? { from: 0, to: Infinity } : log.span(seen)
  if (span === undefined || (position ?? 0) > log.head) return undefined
  return { from: Math.max(span.from, position ?? 0), to: span.to }
}

/** A conflict with the version that was expected is none, unless somebody else's event has its number. */
const isItsOwnBasis = (
  { decidedOn, answer }: Attempt & { readonly answer: Failed },
  log: WrittenLog,
): boolean => {
  const { why, seen } = answer
  if (why !== CONFLICT || seen === null || decidedOn?.version !== seen.version) return false
  return decidedOn.hash === null || log.event(seen.stream, seen.version)?.hash === decidedOn.hash
}

/** How a ledger says that a command met another version than it was decided on. */
export const CONFLICT = 'conflict'

/** How a ledger says that the id was another command's. */
export const REUSED = 'another command has its id'

const said = ({ seen, position }: Failed): string => JSON.stringify({ seen, position })
