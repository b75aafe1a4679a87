/** What one round of one contender gave. */
export interface Round {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** What all rounds of one contender gave: medians, and how far the rounds lay apart. */
export interface Figure {
  readonly perSecond: { readonly median: number; readonly min: number; readonly max: number }
  readonly p50Ms: number
  readonly p99Ms: number
  readonly rounds: number
}

export const round = (latenciesMs: readonly number[], elapsedMs: number): Round => {
  const sorted = Float64Array.from(latenciesMs).sort()
  return {
    perSecond: (latenciesMs.length / elapsedMs) * 1_000,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  }
}

export const figure = (rounds: readonly Round[]): Figure => {
  const perSecond = rounds.map((each) => each.perSecond)
  return {
    perSecond: {
      median: tidy(median(perSecond)),
      min: tidy(Math.min(...perSecond)),
      max: tidy(Math.max(...perSecond)),
    },
    p50Ms: tidy(median(rounds.map((each) => each.p50Ms))),
    p99Ms: tidy(median(rounds.map((each) => each.p99Ms))),
    rounds: rounds.length,
  }
}

/** How many times the peer's throughput ours is: the medians of the rounds, one over the other. */
export const ratio = (ours: Figure, peer: Figure): number =>
  Math.round((ours.perSecond.median / peer.perSecond.median) * 100) / 100

export const median = (values: readonly number[]): number =>
  quantile(Float64Array.from(values).sort(), 0.5)

const quantile = (sorted: Float64Array, share: number): number => {
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined)
    throw new Error('A round finished nothing, so it has no figures; give it more --seconds.')
  return below + (above - below) * (place - Math.floor(place))
}

const tidy = (value: number): number =>
  value >= 100 ? Math.round(value) : Math.round(value * 100) / 100
