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

interface Waiting<Asked, Answer> {
  readonly asked: Asked
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
  let inFlight = 0

  const pump = () => {
    while (inFlight < queriesMax && waiting.size > 0) {
      const batch = [...waiting].slice(0, askedMax)
      for (const [key] of batch) waiting.delete(key)
      inFlight += 1
      void send(batch.map(([, one]) => one)).finally(() => {
        inFlight -= 1
        pump()
      })
    }
  }

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

  return (asked) => {
    const key = keyOf(asked)
    const same = waiting.get(key)
    if (same !== undefined) return same.answer
    const { promise: answer, resolve, reject } = Promise.withResolvers<Answer>()
    waiting.set(key, { asked, answer, resolve, reject })
    // After this turn of the event loop, so that the streams of one command share a query.
    if (waiting.size === 1) queueMicrotask(pump)
    return answer
  }
}
