import type { Json } from './event.ts'

/**
 * What comes back from jsonb when this text goes in: the values that JSON can say, and the keys of every
 * object by length in bytes, then by bytes. A fold that goes through the keys of a map must come to the
 * same whether its events were read or handed over.
 */
export const asStored = (json: string): Json => inOrder(JSON.parse(json) as Json)

const inOrder = (value: Json): Json => {
  if (typeof value !== 'object' || value === null) return value
  if (isArray(value)) return value.map(inOrder)
  const ordered: Record<string, Json | undefined> = {}
  for (const key of orderOf(Object.keys(value))) {
    const inner = value[key]
    const stored = inner === undefined ? inner : inOrder(inner)
    if (key === '__proto__') define(ordered, key, stored)
    else ordered[key] = stored
  }
  return ordered
}

/** By assignment it would become the object's prototype. */
const define = (object: object, key: string, value: Json | undefined) =>
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value)

/** Events come in a few shapes: sorting the keys of each anew took longer than to parse it. */
const SHAPES_MAX = 1_000
/** Longer ones are maps, whose keys are data and no shape. */
const SHAPE_LENGTH_MAX = 1_000
const shapes = new Map<string, readonly string[]>()

const orderOf = (keys: readonly string[]): readonly string[] => {
  if (keys.length < 2) return keys
  // Unambiguous: jsonb takes no key with a zero.
  const shape = keys.join('\0')
  if (shape.length > SHAPE_LENGTH_MAX) return sorted(keys)
  const known = shapes.get(shape)
  if (known !== undefined) return known
  const order = sorted(keys)
  if (shapes.size >= SHAPES_MAX) shapes.clear()
  shapes.set(shape, order)
  return order
}

const sorted = (keys: readonly string[]): readonly string[] =>
  keys
    .map((key) => Buffer.from(key))
    .sort((one, other) => one.length - other.length || Buffer.compare(one, other))
    .map(String)
