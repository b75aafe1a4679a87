import type { ImportFile } from './import-format.ts'
import { MUTATIONS, type MutationName } from './import-plan.ts'
import type { Tally } from './run-import.ts'

const TITLES = {
  registerCustomer: 'Customers',
  registerProduct: 'Products',
  placeOrder: 'Orders placed',
  confirmOrder: 'Orders confirmed',
  shipOrder: 'Orders shipped',
  discontinueProduct: 'Products discontinued',
} as const satisfies Record<MutationName, string>

const TITLE_WIDTH = 23
const COUNT_WIDTH = 9

/** What an import came to, as a small table for people. */
export const summary = (file: ImportFile, tally: Tally): string => {
  const rows = MUTATIONS.map((mutation) => {
    const { new: fresh, already } = tally.get(mutation) ?? { new: 0, already: 0 }
    const [total, ...parts] = [fresh + already, fresh, already].map((count) =>
      number(count).padStart(COUNT_WIDTH),
    )
    return `  ${TITLES[mutation].padEnd(TITLE_WIDTH)}${total}${parts.join('')}`
  })
  const lines = file.orders.flatMap((order) => order.lines)
  const items = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  const head = ['total', 'new', 'already'].map((title) => title.padStart(COUNT_WIDTH)).join('')
  return [
    `  ${' '.repeat(TITLE_WIDTH)}${head}`,
    ...rows,
    `  The orders hold ${number(lines.length)} lines with ${number(items)} items.`,
  ].join('\n')
}

const number = (count: number): string => count.toLocaleString('en-US')
