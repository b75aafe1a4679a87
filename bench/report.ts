import type { Figure } from './figure.ts'
import { type Machine, machineLines } from './machine.ts'

/** What a bench hands back; keys of `figures` and `ratios` are `<who>@<load>`. */
export interface Outcome {
  readonly figures: Readonly<Record<string, Figure>>
  readonly ratios: Readonly<Record<string, number>>
  /** Anything else worth saying, a line each. */
  readonly notes: readonly string[]
}

export const reportLines = (
  outcome: Outcome,
  on: Machine,
  { markdown }: { readonly markdown: boolean },
): readonly string[] => {
  const rows = rowsOf(outcome)
  const table = markdown ? markdownTable(rows) : plainTable(rows)
  return ['', ...table, '', ...outcome.notes, ...machineLines(on)]
}

type Rows = readonly (readonly string[])[]

const rowsOf = ({ figures, ratios }: Outcome): Rows => [
  ['', 'per second', 'min–max', 'p50 ms', 'p99 ms', 'Readback is'],
  ...Object.entries(figures).map(([key, { perSecond, p50Ms, p99Ms }]) => [
    key,
    number(perSecond.median),
    `${number(perSecond.min)}–${number(perSecond.max)}`,
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    ratios[key] === undefined ? '' : `${ratios[key].toFixed(2)} ×`,
  ]),
]

const plainTable = (rows: Rows): readonly string[] => {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  )
  return rows.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths?.[column] ?? 0
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  '),
  )
}

const markdownTable = ([head = [], ...rows]: Rows): readonly string[] =>
  [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  )

const number = (value: number): string => value.toLocaleString('en-US')
