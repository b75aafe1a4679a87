import type { Fields } from './event-fields.ts'

/** What a version of a stored shape lacked of the next one. The list is as long as there are versions. */
type Upcast = (data: Fields) => Fields

const adding =
  (added: Fields): Upcast =>
  (data) => ({ ...data, ...added })

const UPCASTS: Readonly<Record<string, readonly Upcast[]>> = {
  OrderPlaced: [adding({ payment: null })],
  OrderShipped: [adding({ stock: [] }), adding({ carrier: null, trackingNumber: null })],
  OrderHeld: [adding({ by: null })],
  OrderCancelled: [adding({ release: [], amount: null })],
}

/** The version that this release writes. */
export const schemaVersionOf = (type: string): number => (UPCASTS[type]?.length ?? 0) + 1

/** Brings stored data from its version to the present one; a later version than that is undefined. */
export const upcast = (
  type: string,
  { schemaVersion, data }: { readonly schemaVersion: number; readonly data: Fields },
): Fields | undefined => {
  const current = schemaVersionOf(type)
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > current)
    return undefined
  return (UPCASTS[type] ?? []).slice(schemaVersion - 1).reduce((older, next) => next(older), data)
}
