import type { OrderId } from '../identity.ts'

type Bucket = ReadonlyMap<string, number>

/**
 * What is set aside, by order and line. A product may have thousands of them and thousands of events: in
 * buckets, each change copies a few of them, not all.
 */
export type Reservations = readonly Bucket[]

const BUCKETS = 256

export const NO_RESERVATIONS: Reservations = Array.from({ length: BUCKETS }, () => new Map())

const keyOf = (orderId: OrderId, line: number): string => `${orderId}/${line}`

const bucketOf = (key: string): number => {
  let hash = 0
  for (let index = 0; index < key.length; index++) hash = (hash * 31 + key.charCodeAt(index)) | 0
  return (hash >>> 0) % BUCKETS
}

export const reservedFor = (reservations: Reservations, orderId: OrderId, line: number): number => {
  const key = keyOf(orderId, line)
  return reservations[bucketOf(key)]?.get(key) ?? 0
}

/** With so many more or fewer for the line; a line that comes to nothing is dropped. */
export const withReserved = (
  reservations: Reservations,
  { orderId, line }: { readonly orderId: OrderId; readonly line: number },
  delta: number,
): Reservations => {
  const key = keyOf(orderId, line)
  const index = bucketOf(key)
  const bucket = new Map(reservations[index])
  const quantity = (bucket.get(key) ?? 0) + delta
  if (quantity === 0) bucket.delete(key)
  else bucket.set(key, quantity)
  return reservations.with(index, bucket)
}

/** Each with its name, so that they can be written down and read again. */
export const reservationEntries = (
  reservations: Reservations,
): readonly (readonly [name: string, quantity: number])[] =>
  reservations.flatMap((bucket) => [...bucket])

export const reservationsOf = (
  entries: Iterable<readonly [name: string, quantity: number]>,
): Reservations => {
  const buckets = Array.from({ length: BUCKETS }, () => new Map<string, number>())
  for (const [name, quantity] of entries) buckets[bucketOf(name)]?.set(name, quantity)
  return buckets
}

export const countOfReservations = (reservations: Reservations): number =>
  reservations.reduce((count, bucket) => count + bucket.size, 0)

export const sumOfReservations = (reservations: Reservations): number => {
  let sum = 0
  for (const bucket of reservations) for (const quantity of bucket.values()) sum += quantity
  return sum
}
