import { expect, it } from 'vitest'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { checkHistory } from './check-history.ts'
import { memoryLedger } from './ledger.ts'
import { loggedHistory } from './logged-history.ts'
import { runStoreLoad } from './store-load.ts'
import { summary } from './violation.ts'

const SEEDS = [1, 2]

describeOnEachDatabase('the log', (openFresh) => {
  it.each(SEEDS)('has a sound history under everything that clients do, seed %i', async (seed) => {
    const database = await openFresh()
    const masterKey = randomMasterKey()
    await using one = await eventLog({ database, masterKey })
    await using other = await eventLog({ database, masterKey })
    const ledger = memoryLedger()
    await runStoreLoad({ logs: [one, other], database, ledger, seed })
    const history = await loggedHistory(database)
    expect(summary(checkHistory(ledger.lines, history))).toEqual([])
    expect(history.head).toBeGreaterThan(100)
  })
})
