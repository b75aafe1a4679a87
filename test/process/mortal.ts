import type { Database } from '../../src/database/database.ts'

export interface Mortal {
  readonly database: Database
  readonly dead: () => boolean
}

/** A database whose server is gone at its n-th statement: before it was sent, or before its answer came. */
export const mortal = (database: Database, at: number, moment: 'before' | 'after'): Mortal => {
  let statements = 0
  const die = () => {
    throw new Error('The server is dead.')
  }
  const { kysely } = database
  const executeQuery: typeof kysely.executeQuery = async (...statement) => {
    statements += 1
    if (statements > at || (statements === at && moment === 'before')) die()
    const answer = await kysely.executeQuery(...statement)
    if (statements >= at) die()
    return answer
  }
  const dying = new Proxy(kysely, {
    get: (target, property): unknown =>
      property === 'executeQuery' ? executeQuery : Reflect.get(target, property, target),
  })
  return { database: { ...database, kysely: dying }, dead: () => statements >= at }
}
