import { backlog } from './backlog.ts'
import { lull } from './lull.ts'

/**
 * Questions that arrive while a query is on its way share the next one: under load a query carries as
 * many as there are commands waiting, and an idle server asks at once. Equal questions are asked once.
 * A question never joins a query that was sent before it, so that its answer is at least as fresh.
 */
export interface Coalescing<Asked, Answer> {
  /** What makes two questions one. */
  readonly keyOf: (asked: Asked) => string
  /** Answers in the order of the questions; one that is still to be finished keeps no other waiting. */
  readonly query: (asked: readonly Asked[]) => Promise<readonly (Answer | Promise<Answer>)[]>
  readonly queriesMax: number
  readonly askedMax: number
}

const GATHERED_MAX_MS = 2
const WAITING_MAX = 10_000
const WAITING_AGE_MAX_MS = 2_000
const WAIT_MAX_MS = 4_000

interface Waiting<Asked, Answer> {
  readonly asked: Asked
  readonly since: number
  /** How many asked it. */
  askers: number
  readonly answer: Promise<Answer>
  readonly resolve: (answer: Answer | Promise<Answer>) => void
  readonly reject: (error: unknown) => void
}

export const coalesced = <Asked, Answer>({
  keyOf,
  query,
  queriesMax,
  askedMax,
}: Coalescing<Asked, Answer>): ((asked: Asked) => Promise<Answer>) => {
  const waiting = new Map<string, Waiting<Asked, Answer>>()
  const bound = backlog({
    what: 'loads',
    lengthMax: WAITING_MAX,
    ageMaxMs: WAITING_AGE_MAX_MS,
    waitMaxMs: WAIT_MAX_MS,
  })
  let inFlight = 0
  let askers = 0

  const pump = () => {
    while (inFlight < queriesMax && waiting.size > 0) {
      const batch = [...waiting].slice(0, askedMax)
      for (const [key, one] of batch) {
        waiting.delete(key)
        askers -= one.askers
      }
      const served = bound.round()
      inFlight += 1
      void send(batch.map(([, one]) => one)).finally(() => {
        inFlight -= 1
        served()
        if (waiting.size > 0) pumping.wait()
      })
    }
  }

  const pumping = lull({ count: () => waiting.size, maxMs: GATHERED_MAX_MS, over: pump })

  const send = async (batch: readonly Waiting<Asked, Answer>[]): Promise<void> => {
    try {
      const answers = await query(batch.map(({ asked }) => asked))
      batch.forEach(({ resolve, reject }, index) => {
        const answer = answers[index]
        if (answer === undefined) reject(new Error('A query answered fewer than it was asked.'))
        else resolve(answer)
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  const backlogged = () => {
    const [oldest] = waiting.values()
    const roundsAhead = Math.floor(waiting.size / (askedMax * queriesMax))
    return { length: askers, roundsAhead, oldestAt: oldest?.since }
  }

  return (asked) => {
    const overloaded = bound.refusal(backlogged())
    if (overloaded !== undefined) return Promise.reject(overloaded)
    const key = keyOf(asked)
    const same = waiting.get(key)
    askers += 1
    if (same !== undefined) {
      same.askers += 1
      return same.answer
    }
    const { promise: answer, resolve, reject } = Promise.withResolvers<Answer>()
    waiting.set(key, { asked, since: performance.now(), askers: 1, answer, resolve, reject })
    if (waiting.size === 1) pumping.wait()
    return answer
  }
}
