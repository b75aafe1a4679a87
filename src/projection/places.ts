/** A live process that reads, and so can project, a table. */
export interface Reads {
  readonly process: string
  readonly table: string
  /** Whether its turns of the table succeed. */
  readonly able: boolean
}

const byName = (a: string, b: string): number => (a < b ? -1 : 1)

/**
 * In which order processes go about each table: the first at once, the others where those before them do
 * not. Worked out from who is alive and nothing else, so that all who see the same agree, nothing is handed
 * over and nothing goes back and forth; who sees something else takes a turn for nothing.
 *
 * Each table goes to whoever is first for the fewest so far, of those whose turns of it succeed; the others are
 * last.
 */
export const placesOf = (
  process: string,
  readers: readonly Reads[],
): ReadonlyMap<string, number> => {
  const tables = Map.groupBy(readers, ({ table }) => table)
  const firsts = new Map<string, number>()
  const places = new Map<string, number>()
  for (const table of [...tables.keys()].sort(byName)) {
    const order = (tables.get(table) ?? [])
      .toSorted(
        (a, b) =>
          Number(b.able) - Number(a.able) ||
          (firsts.get(a.process) ?? 0) - (firsts.get(b.process) ?? 0) ||
          byName(a.process, b.process),
      )
      .map((reader) => reader.process)
    const [first] = order
    if (first !== undefined) firsts.set(first, (firsts.get(first) ?? 0) + 1)
    const place = order.indexOf(process)
    // Not seen alive by the others yet: they do not count on it.
    places.set(table, place === -1 ? order.length : place)
  }
  return places
}
