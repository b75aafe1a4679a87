import { expect, it } from 'vitest'
import { position } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { engineAt } from './engine-process.ts'
import { broken, decodeJar, opened, record } from './tally.ts'

const PATIENT = {
  lookMs: 600_000,
  workerLeaseMs: 600_000,
  unableMs: 600_000,
  standbyMs: 3_000,
} as const
const NAMES = ['jars', 'owners']

it('a process whose code does not know an event goes last, and the others do not wait for it', async () => {
  await using clone = await cloneTemplate()
  await using newer = await engineAt(clone.url, { limits: PATIENT })
  await using older = await engineAt(clone.url, {
    limits: PATIENT,
    decode(recorded) {
      if (recorded.type === 'JarBroken') throw new Error('Nobody knows JarBroken yet.')
      return decodeJar(recorded)
    },
  })
  const both = [newer, older]
  const append = async (stream: string, event: typeof broken) =>
    position(await record(newer.log, stream, [event]))
  const seen = async () => {
    for (const { engine } of [...both, newer]) await engine.lookAgain('jars')
  }
  const reached = async (at: bigint, timeoutMs: number) =>
    await newer.engine.wait(NAMES, position(at), { timeoutMs })
  for (const { engine } of both) engine.start()
  for (const jar of ['jar-1', 'jar-2', 'jar-3'])
    await reached(await append(jar, opened('ann')), 10_000)
  await seen()
  // It is first for one of them, and for the other once it has failed with that.
  for (const jar of ['jar-1', 'jar-2']) {
    expect(await reached(await append(jar, broken), 10_000)).toEqual({ type: 'reached' })
    await seen()
  }
  expect(older.reported).not.toEqual([])
  // It may still be standing by for the one that is last now.
  await reached(await append('jar-4', opened('ann')), 10_000)
  const at = await append('jar-3', broken)
  expect(await reached(at, PATIENT.standbyMs / 2)).toEqual({ type: 'reached' })
})
