import pg from 'pg'

const INT8 = 20
const DATE = 1082
/** Not among pg's named types, which a plain number may still ask for. */
const TEXT_ARRAY: number = 1009
const INT8_ARRAY = 1016
const DATE_ARRAY = 1182

type Parse = (text: string) => unknown

/** How values that the two engines would read differently are read by both. */
export const scalarParsers: Readonly<Record<number, Parse>> = {
  [INT8]: BigInt,
  // A calendar day is no instant: pg would make it local midnight, PGlite midnight in UTC.
  [DATE]: (text) => text,
}

const arrayParsers: Readonly<Record<number, Parse>> = {
  [INT8_ARRAY]: arrayOf(BigInt),
  [DATE_ARRAY]: arrayOf((text) => text),
}

/** For one client's `types`: pg's global parsers belong to the whole process, so they stay alone. */
export const clientTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const ours = format === 'binary' ? undefined : (scalarParsers[oid] ?? arrayParsers[oid])
    return ours ?? pg.types.getTypeParser(oid, format)
  },
}

function arrayOf(parse: Parse): Parse {
  const parseEach = (entry: unknown): unknown => {
    if (Array.isArray(entry)) return entry.map(parseEach)
    return typeof entry === 'string' ? parse(entry) : entry
  }
  const parseTexts: Parse = pg.types.getTypeParser(TEXT_ARRAY, 'text')
  return (text) => parseEach(parseTexts(text))
}
