import { type Figure, figure, median, type Round } from './figure.ts'
import type { MeasuredLoad } from './load-process.ts'
import type { Outcome } from './report.ts'

const KINDS = ['reads', 'order', 'orders', 'commands'] as const

/** One round of the load, and what the machine did for it. */
export interface MeasuredBeside {
  readonly load: MeasuredLoad
  /** Of one core, by the server and by PostgreSQL. */
  readonly cores: { readonly server: number; readonly postgres: number }
  /** Of the rebuild, rests included. */
  readonly eventsPerSecond: number
}

/** What a rebuild cost those who read and wrote meanwhile. */
export const rebuildOutcome = ({
  results,
  duty,
  flip,
}: {
  readonly results: Readonly<Record<'alone' | 'rebuild', readonly MeasuredBeside[]>>
  readonly duty: number
  readonly flip: string
}): Outcome => {
  // The first of each warmed up.
  const [alone, rebuild] = [results.alone.slice(1), results.rebuild.slice(1)]
  const figures: Record<string, Figure> = {}
  const ratios: Record<string, number> = {}
  for (const kind of KINDS) {
    const [before, during] = [figureOf(alone, kind), figureOf(rebuild, kind)]
    figures[`${kind}@alone`] = before
    figures[`${kind}@rebuild`] = during
    ratios[`${kind}@rebuild`] = Math.round((during.p99Ms / before.p99Ms) * 100) / 100
  }
  figures['eventsPerSecond'] = figure(
    rebuild.map(({ eventsPerSecond }) => ({ perSecond: eventsPerSecond, p50Ms: 0, p99Ms: 0 })),
  )
  const of = (some: readonly MeasuredBeside[], part: keyof MeasuredBeside['cores']) =>
    median(some.map(({ cores }) => cores[part]))
  const more = (part: keyof MeasuredBeside['cores']) => of(rebuild, part) - of(alone, part)
  const [server, postgres] = [more('server'), more('postgres')]
  ratios['duty@rebuild'] = Math.round((server + postgres) * 100) / 100
  const p99s = KINDS.map((kind) => `${kind} ${spread(alone, kind)} and ${spread(rebuild, kind)}`)
  return {
    figures,
    ratios,
    notes: [
      'ratios: p99 while orders is rebuilt, over p99 while it is not; less is better. `reads` are `order` and `orders` together.',
      `p99 of single rounds, ms, alone and with the rebuild: ${p99s.join('; ')}.`,
      'requests that failed: 0.',
      `duty asked for: ${duty}. With the rebuild the same load took ${(server + postgres).toFixed(2)} cores more (duty@rebuild): ${server.toFixed(2)} the server, ${postgres.toFixed(2)} PostgreSQL.`,
      flip,
    ],
  }
}

const roundsOf = (some: readonly MeasuredBeside[], kind: string): readonly Round[] =>
  some.map(({ load }) => {
    const found = load.each[kind]
    if (found !== undefined) return found
    throw new Error(`A round had no ${kind}; give it more --seconds.`)
  })

const figureOf = (some: readonly MeasuredBeside[], kind: string): Figure =>
  figure(roundsOf(some, kind))

const spread = (some: readonly MeasuredBeside[], kind: string): string => {
  const p99s = roundsOf(some, kind).map(({ p99Ms }) => p99Ms)
  return `${Math.min(...p99s).toFixed(1)}–${Math.max(...p99s).toFixed(1)}`
}
