import { figure, type Figure, type Round } from './figure.ts'

export interface Contender<Name extends string = string> {
  readonly name: Name
  /** Works for this long and measures it. */
  measure(seconds: number): Promise<Round>
  /** In place of the first `measure`, where a whole one would take longer than a warm-up needs. */
  warmUp?(): Promise<Round>
  /** Finishes what the round has left over, so that it does not weigh on the next contender's. */
  settle?(): Promise<void>
  /** Does once, between the warm-up and the first round, what time does to a database in use. */
  age?(): Promise<void>
}

export interface Interleaving {
  readonly rounds: number
  readonly seconds: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
  /** Longer where a process has much code to compile before it runs as it does all day. */
  readonly warmUpSeconds?: number
}

const WARM_UP_SECONDS = 2

/** Rounds in turn (ours, theirs, ours, theirs …), so that whatever the machine does hits all alike. */
export const interleave = async <Name extends string>(
  contenders: readonly Contender<Name>[],
  { rounds, seconds, signal, say, warmUpSeconds = WARM_UP_SECONDS }: Interleaving,
): Promise<ReadonlyMap<Name, Figure>> => {
  const measured = new Map<Name, Round[]>(contenders.map(({ name }) => [name, []]))
  for (let index = 0; index <= rounds; index += 1) {
    const warmingUp = index === 0
    for (const contender of contenders) {
      signal.throwIfAborted()
      const warmUp = async () => await (contender.warmUp?.() ?? contender.measure(warmUpSeconds))
      const result = await (warmingUp ? warmUp() : contender.measure(seconds))
      await contender.settle?.()
      if (warmingUp) await contender.age?.()
      if (!warmingUp) measured.get(contender.name)?.push(result)
    }
    const line = contenders.map(({ name }) => {
      const last = measured.get(name)?.at(-1)
      return last === undefined ? `${name} warmed up` : `${name} ${Math.round(last.perSecond)}/s`
    })
    say(`  ${roundName(index)}: ${line.join(', ')}`)
  }
  return new Map([...measured].map(([name, results]) => [name, figure(results)]))
}

const roundName = (index: number): string => (index === 0 ? 'warm-up' : `round ${index}`)
