/**
 * The form of a name that lists are ordered and searched by: without accents and case, so that
 * "Émile" stands beside "emil". Kept in a column, because neither engine orders text so by itself
 * and both must agree.
 */
export const nameOrder = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()

/** A LIKE pattern for what begins with a name, taken literally. */
export const beginsWith = (name: string): string =>
  `${nameOrder(name).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
