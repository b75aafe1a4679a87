import type { CustomerId } from './identity.ts'

/** What is read in place of personal details whose key has been destroyed. */
export const FORGOTTEN = 'FORGOTTEN'
export type Forgotten = typeof FORGOTTEN

/** Details of one person. Stands only under `data.personal`, where the store seals and opens it. */
export type Personal<Details> = {
  readonly subject: CustomerId
  readonly details: Details | Forgotten
}
