import type { Figure } from './figure.ts'

/** Bars that are compared with each other; each group has a scale of its own. */
export interface ChartGroup {
  readonly title: string
  readonly bars: readonly ChartBar[]
}

export interface ChartBar {
  readonly label: string
  readonly perSecond: Figure['perSecond']
  /** Stands behind the figures. */
  readonly note: string
  /** What the chart is about, beside what it is compared with. */
  readonly isOurs: boolean
}

export interface Chart {
  readonly title: string
  readonly subtitle: string
  readonly groups: readonly ChartGroup[]
  readonly footer: string
}

const WIDTH = 880
const MARGIN = 24
const HEADER = 72
const FOOTER = 44
const GROUP_TITLE = 30
const GROUP_GAP = 14
const ROW = 26
const BAR = 16
const CAP = 4
const BARS_AT = 150
const BARS_END = 510
const FIGURES_AT = BARS_END + 14
const NOTES_AT = WIDTH - MARGIN
const TEXT_DROP = 5

/** Both themes in one picture: a browser takes the one that its reader has set. */
const STYLE = `
  .page { fill: #ffffff } text { fill: #1f2328; font: 13px system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif }
  .title { font-size: 18px; font-weight: 600 } .group { font-weight: 600 } .quiet { fill: #59636e }
  .ours { fill: #0969da } .peer { fill: #afb8c1 } .whisker { stroke: #1f2328; stroke-width: 1.5 }
  .axis { stroke: #d1d9e0 } .end { text-anchor: end }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } text { fill: #f0f6fc } .quiet { fill: #9198a1 }
    .ours { fill: #4493f8 } .peer { fill: #656c76 } .whisker { stroke: #f0f6fc } .axis { stroke: #3d444d }
  }`

/** Horizontal bars of medians, with whiskers from the slowest to the fastest round. */
export const chartSvg = ({ title, subtitle, groups, footer }: Chart): string => {
  const rows: string[] = []
  let y = HEADER
  for (const group of groups) {
    rows.push(...groupMarks(group, y))
    y += GROUP_TITLE + group.bars.length * ROW + GROUP_GAP
  }
  const height = y + FOOTER - GROUP_GAP
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title><style>${STYLE}\n</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}" rx="8"/>`,
    text(title, { x: MARGIN, y: 34, is: 'title' }),
    text(subtitle, { x: MARGIN, y: 56, is: 'quiet' }),
    ...rows,
    text(footer, { x: MARGIN, y: height - 18, is: 'quiet' }),
    '</svg>',
  ].join('\n')}\n`
}

const groupMarks = ({ title, bars }: ChartGroup, top: number): readonly string[] => {
  const longest = Math.max(...bars.map(({ perSecond }) => perSecond.max))
  const scale = (value: number) => (value / longest) * (BARS_END - BARS_AT)
  const first = top + GROUP_TITLE
  const end = first + bars.length * ROW
  return [
    text(title, { x: MARGIN, y: top + 18, is: 'group' }),
    `<line class="axis" x1="${BARS_AT}" x2="${BARS_AT}" y1="${first - 2}" y2="${end - 2}"/>`,
    ...bars.flatMap((bar, index) =>
      barMarks(bar, { middle: first + index * ROW + ROW / 2, scale }),
    ),
  ]
}

const barMarks = (
  { label, perSecond, note, isOurs }: ChartBar,
  { middle, scale }: { readonly middle: number; readonly scale: (value: number) => number },
): readonly string[] => {
  const { median, min, max } = perSecond
  const [from, to] = [BARS_AT + scale(min), BARS_AT + scale(max)].map((x) => x.toFixed(1))
  const y = middle + TEXT_DROP
  const whisker = [
    `M${from} ${middle}H${to}`,
    ...[from, to].map((x) => `M${x} ${middle - CAP}v${2 * CAP}`),
  ].join('')
  return [
    text(label, { x: MARGIN, y }),
    `<rect class="${isOurs ? 'ours' : 'peer'}" x="${BARS_AT}" y="${middle - BAR / 2}" width="${scale(median).toFixed(1)}" height="${BAR}"/>`,
    `<path class="whisker" d="${whisker}" fill="none"/>`,
    text(`${number(median)}  (${number(min)}–${number(max)})`, { x: FIGURES_AT, y }),
    ...(note === '' ? [] : [text(note, { x: NOTES_AT, y, is: 'quiet end' })]),
  ]
}

const text = (
  words: string,
  { x, y, is }: { readonly x: number; readonly y: number; readonly is?: string },
): string =>
  `<text${is === undefined ? '' : ` class="${is}"`} x="${x}" y="${y}">${escaped(words)}</text>`

const escaped = (words: string): string =>
  words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const number = (value: number): string => value.toLocaleString('en-US')
