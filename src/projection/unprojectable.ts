import { databaseFault } from '../database/database-fault.ts'
import { OriginMissing } from './fold.ts'

/** What was folded cannot be projected, by this code at least: to try it again comes to the same. */
export class Unprojectable extends Error {
  override readonly name = 'Unprojectable'
  constructor(options: { readonly cause: unknown }) {
    super('Events of the page cannot be projected; which, shorter pages tell.', options)
  }
}

/** Calls a read model's own code, which is pure: what it throws, it throws again. */
export const judged = <Answer>(pure: () => Answer): Answer => {
  try {
    return pure()
  } catch (cause) {
    if (cause instanceof OriginMissing) throw cause
    throw new Unprojectable({ cause })
  }
}

/** Has rows read or written; where PostgreSQL takes the data itself amiss, that is the row's doing. */
export const judgedData = async <Answer>(query: Promise<Answer>): Promise<Answer> => {
  try {
    return await query
  } catch (cause) {
    if (databaseFault(cause) === 'data') throw new Unprojectable({ cause })
    throw cause
  }
}

const CAUSES_MAX = 4
const NAME_MAX = 60
const PLACE_MAX = 200
const NAME_OR_CODE = /^\w[\w.-]*$/
const FRAME = /^ {4}at .*/m

/**
 * Names, codes and the place in the code. A message is for the log, which is not kept for ever: it may
 * quote a row, and what is parked may outlive the customer's right to be forgotten.
 */
export const describeFault = (error: unknown): string => {
  const words: string[] = []
  let current = error
  let place = ''
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : ''
    const known = [current.name, code].filter((word) => NAME_OR_CODE.test(word))
    words.push(known.map((word) => word.slice(0, NAME_MAX)).join(' '))
    place = placeOf(current)
    current = current.cause
  }
  return `${words.join(' < ') || 'unknown'}${place}`.slice(0, PLACE_MAX)
}

const PLACE = /at (?:([\w.<>#]+) )?.*?([\w.-]+):(\d+):\d+\)?$/

// The stack begins with the message, which may have lines of its own that look like frames: only what
// comes after it is looked at.
const placeOf = ({ message, stack = '' }: Error): string => {
  const begins = stack.indexOf(message)
  const frames = begins === -1 ? '' : stack.slice(begins + message.length)
  const found = PLACE.exec(FRAME.exec(frames)?.[0] ?? '')
  if (found === null) return ''
  const [, call, file = '', line = ''] = found
  return ` at ${call === undefined ? '' : `${call} `}${file}:${line}`
}
