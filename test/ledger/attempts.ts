import type { Accepted, Asked, Failed, Invoked, LedgerLine, Saw, Seen, Unknown } from './ledger.ts'
import { keyOf, type WrittenLog } from './written-log.ts'

/** One sending of a command, and what came of it. */
export interface Attempt {
  readonly key: string
  readonly sent: Invoked
  readonly sentAt: number
  /** The highest position anybody had been told of when it was sent. */
  readonly floor: number
  readonly decidedOn: Seen | null
  readonly answer: Accepted | Failed | Unknown | undefined
  readonly answeredAt: number
}

export interface Read {
  readonly asked: Asked
  readonly floor: number
  readonly saw: Saw
}

/** The ledger in one sweep: what was begun is joined with how it ended, in the order of its end. */
export interface Told {
  readonly attempts: readonly Attempt[]
  /** In the order in which they were answered; unanswered ones say nothing. */
  readonly reads: readonly Read[]
}

export const told = (lines: readonly LedgerLine[], log: WrittenLog): Told => {
  const attempts = new Map<string, Attempt>()
  const asked = new Map<string, { readonly asked: Asked; readonly floor: number }>()
  const reads: Read[] = []
  let floor = 0
  lines.forEach((line, at) => {
    switch (line.type) {
      case 'invoke': {
        const none = { decidedOn: null, answer: undefined, answeredAt: Infinity }
        attempts.set(line.op, { key: keyOf(line), sent: line, sentAt: at, floor, ...none })
        break
      }
      case 'decided':
        attempts.set(line.op, { ...known(attempts, line.op), decidedOn: line.on })
        break
      case 'ask':
        asked.set(line.op, { asked: line, floor })
        break
      case 'saw':
        reads.push({ ...known(asked, line.op), saw: line })
        break
      case 'followed':
        break
      case 'ok':
      case 'fail':
      case 'info':
        attempts.set(line.op, { ...known(attempts, line.op), answer: line, answeredAt: at })
    }
    floor = Math.max(floor, toldBy(line, log))
  })
  return { attempts: [...attempts.values()], reads }
}

const known = <Begun>(begun: ReadonlyMap<string, Begun>, op: string): Begun => {
  const found = begun.get(op)
  if (found === undefined) throw new Error(`The ledger ends ${op}, which it never began.`)
  return found
}

/** The highest position that a line tells of. One past the head tells a lie, which is found elsewhere. */
const toldBy = (line: LedgerLine, log: WrittenLog): number => {
  const positions: readonly number[] = toldPositions(line, log)
  return Math.max(0, ...positions.filter((position) => position <= log.head))
}

const toldPositions = (line: LedgerLine, log: WrittenLog): readonly number[] => {
  switch (line.type) {
    case 'ok':
      return [line.position]
    case 'fail':
      return [line.position ?? 0, line.seen === null ? 0 : (log.span(line.seen)?.from ?? 0)]
    case 'saw':
      return [line.at ?? 0, ...line.streams.map((seen) => log.span(seen)?.from ?? 0)]
    case 'followed':
      return [line.events.at(-1)?.position ?? 0]
    case 'invoke':
    case 'decided':
    case 'ask':
    case 'info':
      return []
  }
}
