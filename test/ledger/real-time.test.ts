import { v7 as uuidV7 } from 'uuid'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { happened } from '../store/append-command.ts'
import { checkHistory } from './check-history.ts'
import { EARLY_POSITION } from './early-position.ts'
import { applyFault } from './faulty-append.ts'
import { memoryLedger } from './ledger.ts'
import { loggedHistory } from './logged-history.ts'
import { nothingIn, storeClient } from './store-client.ts'
import type { Violation } from './violation.ts'

/** An even number: so nothing that is kept for a later command is left in the end. */
const COMMANDS = 20

/** Two processes that write in turn, each on a stream of its own, and nobody who reads. */
const writtenInTurn = async (database: Database): Promise<readonly Violation[]> => {
  const masterKey = randomMasterKey()
  await using one = await eventLog({ database, masterKey })
  await using other = await eventLog({ database, masterKey })
  const ledger = memoryLedger()
  const clients = [one, other].map((log, n) => storeClient(`client-${n}`, { log, ledger }))
  for (let turn = 0; turn < COMMANDS / clients.length; turn += 1)
    for (const client of clients) {
      const stream = `thing-${uuidV7()}`
      const key = { scope: 'tester', id: uuidV7() }
      const wish = { key, stream, events: [happened({ turn })] } as const
      expect(await client.attempt(wish, nothingIn(stream))).toBe('accepted')
    }
  const history = await loggedHistory(database)
  expect(history.head).toBe(COMMANDS)
  return checkHistory(ledger.lines, history)
}

describeOnEachDatabase(
  'a command that was asked for once another had been answered',
  (openFresh) => {
    it('stands after it', async () => {
      expect(await writtenInTurn(await openFresh())).toEqual([])
    })

    it('is found before it by the rule of real time, and by no other', async () => {
      const database = await openFresh()
      await applyFault(database, EARLY_POSITION)
      const found = await writtenInTurn(database)
      expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(['real-time']))
      expect(found).toHaveLength(COMMANDS / 2)
    })
  },
)
