import { expect } from 'vitest'
import type { RefusalName } from '../../src/graphql/refusal.ts'
import type { Input, Shop } from './shop.ts'

/** A command that is refused, and all that the refusal says. */
export interface RefusalCase {
  readonly mutation: string
  readonly refusal: RefusalName
  /** Brings about what the refusal is about; answers the command and the facts expected of it. */
  readonly given: (at: Shop) => Promise<{
    readonly input: Input
    readonly facts: object
    readonly path: readonly string[] | null
  }>
}

export const EARLY = '1990-01-01T00:00:00.000Z'
export const anInstant: unknown = expect.stringMatching(/^20\d\d-.*Z$/)
