/** What a history can be guilty of, each rule by its name. */
export const RULES = [
  // of the log alone
  'position-gap',
  'version-gap',
  'time-fell',
  'command-torn',
  'doubled',
  // of the log beside what was asked and answered
  'lost',
  'content-differs',
  'receipt-wrong',
  'refused-but-written',
  'unasked',
  'real-time',
  'basis-changed',
  'replayed-wrong',
  'refused-after-accepted',
  'refusal-unexplained',
  // of reads and followers
  'read-unexplained',
  'stale-read',
  'went-back',
  'skipped',
] as const

export type Rule = (typeof RULES)[number]

export interface Violation {
  readonly rule: Rule
  /** What was seen, where. */
  readonly says: string
}

export const violation = (rule: Rule, says: string): Violation => ({ rule, says })

const EXAMPLES_MAX = 3

/** Few lines that say a lot: how often each rule is broken, and where first. */
export const summary = (violations: readonly Violation[]): readonly string[] =>
  [...Map.groupBy(violations, ({ rule }) => rule)].flatMap(([rule, all]) => [
    `${rule}: ${all.length}`,
    ...all.slice(0, EXAMPLES_MAX).map(({ says }) => `  ${says}`),
  ])
