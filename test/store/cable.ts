import type { Database, Writer } from '../../src/database/database.ts'
import { eventually } from '../harness/eventually.ts'

/**
 * The write connection's cable, to be cut at will; the database behind it is a real one.
 *
 * `whole`: nothing is wrong. `cut`: nothing passes, and no new connection opens. `deaf`: statements
 * arrive and are carried out, and their answers are lost. `stalled`: statements wait until it changes.
 */
export interface Cable {
  readonly database: Database
  state: 'whole' | 'cut' | 'deaf' | 'stalled'
  /** How many statements were handed to it. */
  readonly statements: number
  /** How many write connections were opened. */
  readonly openings: number
}

class CableError extends Error {
  readonly code = 'ECONNRESET'
}

const STALL_MAX_MS = 60_000

export const cable = (whole: Database): Cable => {
  let statements = 0
  let openings = 0

  const moved = () => eventually(() => it.state !== 'stalled', { timeoutMs: STALL_MAX_MS })

  const through = (writer: Writer): Writer => {
    // A connection that broke once stays broken.
    let broken = false
    const check = (bad: boolean) => {
      broken ||= bad
      if (broken) throw new CableError('read ECONNRESET')
    }
    return {
      async query<Row>(...[statement, parameters]: Parameters<Writer['query']>) {
        statements += 1
        check(it.state === 'cut')
        await moved()
        check(it.state === 'cut')
        const rows = await writer.query<Row>(statement, parameters)
        check(it.state !== 'whole')
        return rows
      },
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    }
  }

  const it: Cable = {
    state: 'whole',
    database: {
      ...whole,
      async openWriter() {
        openings += 1
        if (it.state === 'cut') throw new CableError('connect ECONNREFUSED')
        return through(await whole.openWriter())
      },
    },
    get statements() {
      return statements
    },
    get openings() {
      return openings
    },
  }
  return it
}
