import { expect, it } from 'vitest'
import { readImportFile } from '../../src/cli/import/read-import-file.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer } from '../harness/server.ts'
import { importInto, SAMPLE } from './import-run.ts'
import { figuresOfFile } from './imported-figures.ts'

interface Day {
  readonly date: string
  readonly orders: number
  readonly ordered: { readonly minorUnits: string }
}

const YEAR = `query ($from: Date!, $to: Date!) {
  orderStatistics(from: $from, to: $to, currencyCode: "USD") {
    days { date orders ordered { minorUnits } } } }`

const daysOverApi = async (url: string, year: string): Promise<readonly Day[]> => {
  const variables = { from: `${year}-01-01`, to: `${year}-12-31` }
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: YEAR, variables }),
  })
  const answer: {
    readonly data?: { readonly orderStatistics: { readonly days: readonly Day[] } }
    readonly errors?: unknown
  } = JSON.parse(await response.text())
  if (answer.data === undefined) throw new Error(`Not answered: ${JSON.stringify(answer.errors)}`)
  return answer.data.orderStatistics.days
}

it('gives statistics by day that equal the sums of the file', async () => {
  const file = await readImportFile(SAMPLE)
  const dates = [...new Set(file.orders.map(({ orderDate }) => orderDate))].toSorted()
  const expected = dates.map((date): Day => {
    const orders = file.orders.filter(({ orderDate }) => orderDate === date)
    const { total } = figuresOfFile({ ...file, orders })
    return { date, orders: orders.length, ordered: { minorUnits: String(total) } }
  })
  expect(expected.length).toBeGreaterThan(5)

  await using server = await startServer({ database: 'memory' })
  await importInto({ url: server.url })
  const years = [...new Set(dates.map((date) => date.slice(0, 4)))]
  await eventually(
    async () => {
      const days = await Promise.all(years.map((year) => daysOverApi(server.url, year)))
      expect(days.flat()).toEqual(expected)
    },
    { timeoutMs: 15_000, intervalMs: 100 },
  )
})
