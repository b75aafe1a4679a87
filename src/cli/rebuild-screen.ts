import type { RebuildProgress } from '../projection/generation.ts'

export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Shows how far a rebuild is. */
export interface RebuildScreen {
  show(progress: RebuildProgress): void
  /** Leaves the line, so that what comes next starts on one of its own. */
  end(): void
}

const BAR_WIDTH = 24
/** Where there is no terminal, a line each time this many percent more are done. */
const PLAIN_STEP = 10
const NARROW = 80
const ERASE_LINE = '\r\u001b[2K'

/** A line that fills up on a terminal; elsewhere a plain line now and then. */
export const rebuildScreen = (screen: Screen): RebuildScreen => {
  let isDrawn = false
  let next = PLAIN_STEP
  return {
    show(progress) {
      const percent = percentOf(progress)
      if (screen.isTTY === true) {
        isDrawn = true
        const full = Math.floor((BAR_WIDTH * percent) / 100)
        const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
        // A line that wraps could not be erased.
        const line = `${bar} ${lineOf(progress)}`.slice(0, (screen.columns ?? NARROW) - 1)
        screen.write(ERASE_LINE + line)
      } else if (percent >= next) {
        next = Math.floor(percent / PLAIN_STEP) * PLAIN_STEP + PLAIN_STEP
        screen.write(`${lineOf(progress)}\n`)
      }
    },
    end() {
      if (isDrawn) screen.write('\n')
    },
  }
}

const percentOf = ({ done, of }: RebuildProgress): number =>
  of === 0n ? 100 : Math.min(100, Number((done * 100n) / of))

const lineOf = (progress: RebuildProgress): string => {
  const { done, of, eventsPerSecond, remainingMs } = progress
  const left = remainingMs === undefined ? '' : `, ${spanOf(remainingMs)} left`
  return `${String(percentOf(progress)).padStart(3)} %  ${done} of ${of} events, ${Math.round(eventsPerSecond)}/s${left}`
}

/** 65,000 ms is 1 min 5 s. */
const spanOf = (durationMs: number): string => {
  const seconds = Math.ceil(durationMs / 1_000)
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
}
