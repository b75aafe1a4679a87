import { expect, it } from 'vitest'
import { parseCalendarDate } from '../../src/domain/calendar-date.ts'
import { parseCurrency } from '../../src/domain/currency.ts'
import { takeTurn } from '../../src/projection/turn.ts'
import { customerValueReader, customerValues } from '../../src/read-model/customer-values.ts'
import { orderStatistics, statisticsReader } from '../../src/read-model/order-statistics.ts'
import { LOG_START } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { openLog, record, turnOptions } from '../projection/tally.ts'
import {
  customerStream,
  decodeDomain,
  instant,
  minor,
  orderStream,
  placed,
  stored,
} from './histories.ts'

const LARGEST = minor(Number.MAX_SAFE_INTEGER)
/** More of the largest orders than a bigint column could hold the sum of. */
const ORDERS = 1_100

const lines = placed()
  .data.lines.slice(0, 1)
  .map((line) => ({ ...line, quantity: 1, unitPrice: LARGEST, discount: minor(0) }))
const large = placed({ lines, shippingFee: minor(0), tax: minor(0) })

describeOnEachDatabase('statistics', (openFresh) => {
  it('read back sums of any size exactly', { timeout: 60_000 }, async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await Promise.all(
      Array.from({ length: ORDERS }, (_, n) => record(log, orderStream(n), [stored(large)])),
    )
    for (const model of [orderStatistics, customerValues]) {
      const options = await turnOptions({ database, log, model, decode: decodeDomain })
      let at = LOG_START
      for (;;) {
        const turn = await takeTurn(options, at)
        if (turn.type !== 'advanced') break
        at = turn.checkpoint
      }
    }

    const served = (name: string) => ({ name, version: 1, generation: 'a' })
    const source = { kysely: database.kysely, served }
    const sum = BigInt(ORDERS) * BigInt(LARGEST)
    expect(sum).toBeGreaterThan(2n ** 63n)
    const currency = parseCurrency('USD')
    const day = parseCalendarDate(instant(0).slice(0, 10))
    if (currency === undefined || day === undefined) throw new Error('There is such a day.')
    const filter = { currency, from: day, to: day }
    const page = { filter, orderBy: 'DATE', direction: 'ASC', from: 'END', limit: 1 } as const
    const { rows } = await statisticsReader(source).page(page)
    expect(rows).toMatchObject([{ orders: ORDERS, ordered: sum }])
    const values = await customerValueReader(source).byIds([customerStream(1)])
    expect(values.rows).toMatchObject([
      { orders: ORDERS, values: [{ currency: 'USD', minor: String(sum) }] },
    ])
  })
})
