import type { ImportCommand, MutationName } from './import-plan.ts'

export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Progress {
  readonly done: (command: ImportCommand) => void
  readonly trouble: (saw: string) => void
  /** Leaves the line, so that what comes next starts on one of its own. */
  readonly end: () => void
}

const BAR_WIDTH = 24
const DRAW_EVERY_MS = 80
/** Where there is no terminal, a line each time this much more is done. */
const PLAIN_STEP = 0.1
const NARROW = 80
const ERASE_LINE = '\r\u001b[2K'

const LABELS = {
  registerCustomer: 'customers',
  registerProduct: 'products',
  placeOrder: 'orders',
  confirmOrder: 'orders',
  shipOrder: 'orders',
  discontinueProduct: 'discontinued products',
} as const satisfies Record<MutationName, string>

interface Told {
  readonly total: number
  readonly screen: Screen
}

/** One line that fills up on a terminal; elsewhere a plain line now and then. */
export const importProgress = (told: Told): Progress =>
  told.screen.isTTY === true ? barProgress(told) : plainProgress(told)

const barProgress = ({ total, screen }: Told): Progress => {
  let count = 0
  let label = ''
  let drawnAt = -Infinity
  const draw = (note: string): void => {
    drawnAt = performance.now()
    const full = total === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * count) / total)
    const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
    const line = `${bar} ${percent(count, total)}  ${note}`
    // A line that wraps could not be erased.
    screen.write(ERASE_LINE + line.slice(0, (screen.columns ?? NARROW) - 1))
  }
  const isDue = () => performance.now() - drawnAt >= DRAW_EVERY_MS
  return {
    done({ mutation }) {
      count += 1
      label = LABELS[mutation]
      if (isDue() || count === total) draw(`${label}, ${count} of ${total} commands`)
    },
    trouble(saw) {
      if (isDue()) draw(`trying again: ${oneLine(saw)}`)
    },
    end() {
      if (drawnAt !== -Infinity) screen.write('\n')
    },
  }
}

const plainProgress = ({ total, screen }: Told): Progress => {
  let count = 0
  let next = PLAIN_STEP
  let inTrouble = false
  return {
    done({ mutation }) {
      count += 1
      inTrouble = false
      if (count < next * total && count < total) return
      next = count / total + PLAIN_STEP
      screen.write(`${percent(count, total)}  ${LABELS[mutation]}, ${count} of ${total} commands\n`)
    },
    trouble(saw) {
      if (!inTrouble) screen.write(`Trying again: ${oneLine(saw)}\n`)
      inTrouble = true
    },
    end() {},
  }
}

const percent = (count: number, total: number): string =>
  `${Math.floor(total === 0 ? 100 : (100 * count) / total)} %`.padStart(5)

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')
