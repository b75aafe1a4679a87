import { describe, expect, it } from 'vitest'
import { applyFault, SQL_FAULTS } from './faulty-append.ts'
import { LOG_FAULTS, type LogFault } from './faulty-log.ts'
import { judgedLoad } from './judged-load.ts'
import { summary } from './violation.ts'

const SEED = Number(process.env['READBACK_SEED'] ?? 1)

const BUGS: readonly LogFault[] = [
  ...SQL_FAULTS.map((fault): LogFault => ({
    ...fault,
    prepare: (database) => applyFault(database, fault),
  })),
  ...LOG_FAULTS,
]

describe('the history checker', () => {
  it('finds nothing where there is no bug', async () => {
    expect(summary(await judgedLoad({}, SEED))).toEqual([])
  })

  it.each(BUGS.map((bug) => [bug.name, bug] as const))('finds that %s', async (_, bug) => {
    const found = await judgedLoad(bug, SEED)
    expect(found.map(({ rule }) => rule)).toContain(bug.found)
  })
})
