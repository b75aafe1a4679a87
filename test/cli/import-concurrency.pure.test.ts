import { describe, expect, it } from 'vitest'
import type { Chain, ImportCommand } from '../../src/cli/import/import-plan.ts'
import { runImport } from '../../src/cli/import/run-import.ts'

const step = (record: string): ImportCommand => ({ mutation: 'shipOrder', record, input: {} })
const CHAINS: readonly Chain[] = Array.from({ length: 20 }, (_, chain) =>
  ['a', 'b', 'c'].map((letter) => step(`${chain}${letter}`)),
)
const accepted = { replayed: false }

describe('the commands of an import', () => {
  it('are under way a bounded number at once, those of a chain one after another', async () => {
    let underWay = 0
    let most = 0
    const done: string[] = []
    const send = async ({ record }: ImportCommand) => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise((resume) => setImmediate(resume))
      underWay -= 1
      done.push(record)
      return accepted
    }
    await runImport([CHAINS], { send, onDone: () => {}, concurrency: 4 })
    expect(most).toBe(4)
    expect(done).toHaveLength(60)
    for (const chain of CHAINS) {
      const records = chain.map(({ record }) => record)
      expect(done.filter((record) => records.includes(record))).toEqual(records)
    }
  })

  it('of a later phase wait for the whole phase before', async () => {
    const sent: string[] = []
    const send = async ({ record }: ImportCommand) => {
      await new Promise((resume) => setImmediate(resume))
      sent.push(record)
      return accepted
    }
    await runImport([CHAINS, [[step('last')]]], { send, onDone: () => {} })
    expect(sent.at(-1)).toBe('last')
  })

  it('are sent no more after one has failed, and what is under way comes to rest first', async () => {
    let underWay = 0
    const sent: string[] = []
    const send = async ({ record }: ImportCommand) => {
      underWay += 1
      sent.push(record)
      await new Promise((resume) => setImmediate(resume))
      underWay -= 1
      if (record === '1b') throw new Error('No.')
      return accepted
    }
    const run = runImport([CHAINS, [[step('last')]]], { send, onDone: () => {}, concurrency: 4 })
    await expect(run).rejects.toThrow('No.')
    expect(underWay).toBe(0)
    expect(sent.length).toBeLessThan(20)
    expect(sent).not.toContain('last')
  })
})
