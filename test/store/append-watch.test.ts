import { expect, it } from 'vitest'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { appendCommand, happened } from './append-command.ts'

describeOnEachDatabase('whoever watches appends', (openFresh) => {
  it('is told of each batch that goes again in halves, and of each command that has an outcome', async () => {
    const database = await openFresh()
    const resent: string[] = []
    const waited: number[] = []
    await using log = await eventLog({
      database,
      masterKey: randomMasterKey(),
      watch: {
        answered: (waitedMs) => void waited.push(...waitedMs),
        resent: (why) => void resent.push(why),
      },
    })
    const guilty = appendCommand({ events: [happened({ note: 'a\u0000b' })] })
    const good = Array.from({ length: 16 }, () => appendCommand())
    const settled = await Promise.allSettled(
      [...good, guilty].map((command) => log.append(command)),
    )
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect(new Set(resent)).toEqual(new Set(['data']))
    expect(waited).toHaveLength(16)
    expect(waited.every((ms) => ms > 0)).toBe(true)
    expect(log.queue).toEqual({ commands: 0, oldestMs: 0 })
  })
})
