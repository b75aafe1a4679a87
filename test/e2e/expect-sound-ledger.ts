import { CompiledQuery } from 'kysely'
import { expect } from 'vitest'
import { type DatabaseSetting, openDatabase } from '../../src/database/open.ts'
import type { Database } from '../../src/database/database.ts'
import { checkHistory } from '../ledger/check-history.ts'
import type { Ledger, LedgerLine } from '../ledger/ledger.ts'
import { loggedHistory } from '../ledger/logged-history.ts'
import { summary } from '../ledger/violation.ts'
import { hashForLedger } from './ledger-client.ts'
import type { LedgerLoad, StockShort } from './ledger-load.ts'

const SELECT_STOCK = `select position, coalesce((data->>'quantity')::int, (data->>'delta')::int, 0) as change
  from log.events where stream = $1 order by position`

/** Judges a run by the log that it left, once nobody writes to it any more. */
export const expectSoundLedger = async (
  ledger: Ledger,
  { load, setting }: { readonly load: LedgerLoad; readonly setting: DatabaseSetting },
): Promise<Readonly<Record<string, number>>> => {
  await using database = await openDatabase(setting)
  const history = await loggedHistory(database, hashForLedger)
  const found = checkHistory(ledger.lines, history, { asksAfter: load.begunAfter })
  expect(summary(found)).toEqual([])
  await expectExplained(database, load.shorts)
  const kinds = Map.groupBy(ledger.lines, kindOf)
  const counts = Object.fromEntries([...kinds].map(([kind, lines]) => [kind, lines.length]))
  return { events: history.head, ...counts }
}

const kindOf = (line: LedgerLine): string => {
  if (line.type === 'fail') return line.kind === 'unsent' ? 'unsent' : line.why
  if (line.type === 'ok') return line.replayed === true ? 'replayed' : 'accepted'
  // How its error is called, and what it says of the command.
  return line.type === 'info' ? `unknown ${line.why.split(' ', 2).join(' ')}` : line.type
}

/** Nobody was refused for a stock that never was. */
const expectExplained = async (
  database: Database,
  shorts: readonly StockShort[],
): Promise<void> => {
  for (const [productId, all] of Map.groupBy(shorts, (short) => short.productId)) {
    const { rows } = await database.kysely.executeQuery<{ position: bigint; change: number }>(
      CompiledQuery.raw(SELECT_STOCK, [productId]),
    )
    let stock = 0
    const stockAt = new Map(
      rows.map(({ position, change }) => [Number(position), (stock += change)]),
    )
    const were = all.map(({ position }) => stockAt.get(position))
    expect(all.map(({ available }) => available)).toEqual(were)
  }
}
