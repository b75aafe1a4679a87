import type { Column } from '../projection/column.ts'

/**
 * A whole number of any size. Sums outgrow what a bigint column holds long before they outgrow the
 * numbers that a day's orders may bear, and a read model that cannot write its row stands still.
 */
export const wholeNumber: Column<bigint> = {
  sqlType: 'numeric',
  nullable: false,
  personal: false,
  encode: String,
  decode: (stored) => {
    if (typeof stored === 'string' && /^-?\d+$/.test(stored)) return BigInt(stored)
    throw new TypeError(
      `A numeric column came back as ${typeof stored} ${String(stored)}, where a whole number as text ` +
        'was expected. Set the type parsers in the database room.',
    )
  },
}
