const SMALL_BYTES = 8

/** About how many bytes a value of a row takes, by its text and its numbers; what it costs to hold is more. */
export const weightBytes = (value: unknown): number => {
  if (typeof value === 'string') return SMALL_BYTES + value.length
  if (typeof value !== 'object' || value === null) return SMALL_BYTES
  let bytes = SMALL_BYTES
  if (Array.isArray(value)) for (const one of value) bytes += weightBytes(one)
  else for (const [name, one] of Object.entries(value)) bytes += name.length + weightBytes(one)
  return bytes
}
