import type { Instant } from './instant.ts'

/** An event of the business: what kind, when it happened, and what there is to know of it. */
export type Fact<Type extends string, Data> = {
  readonly type: Type
  readonly data: { readonly occurredAt: Instant } & Data
}
