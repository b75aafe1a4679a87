import { expect, it } from 'vitest'
import { takeReactTurn } from '../../src/process/react-turn.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { byHand, give, openLog, record, standingAt, taskNames } from './errands.ts'

describeOnEachDatabase('the tasks of a turn', (openFresh) => {
  it('are stored once though the checkpoint lay behind what two servers had been told', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const { tasks, turn } = byHand(database, log)
    const checkpoint = await tasks.checkpoint('errands')
    await record(log, 'list-1', { type: 'ErrandDone', data: null })
    await record(log, 'list-1', { type: 'ErrandDone', data: null })
    await give(log, { name: 'a' })
    // One has been told of all that asks for nothing; the other comes from the checkpoint, far behind.
    expect(await takeReactTurn({ ...turn, pageMax: 2 }, standingAt(checkpoint))).toEqual({
      type: 'passed',
      told: 2n,
    })
    expect(await tasks.checkpoint('errands')).toBe(0n)
    expect(await takeReactTurn(turn, { told: position(2n), checkpoint })).toEqual({
      type: 'advanced',
      checkpoint: 3n,
    })
    expect(await takeReactTurn(turn, standingAt(checkpoint))).toEqual({ type: 'overtaken' })
    const limit = { limit: 9, claimMs: 10_000 }
    expect(taskNames(await tasks.claim({ process: 'errands', lane: 'step', ...limit }))).toEqual([
      'a',
    ])
  })
})
