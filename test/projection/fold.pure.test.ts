import { describe, expect, it } from 'vitest'
import { foldPage, route } from '../../src/projection/fold.ts'
import type { Occurrence, AnyReadModel } from '../../src/projection/read-model.ts'
import type { Change } from '../../src/projection/table.ts'
import { position } from '../../src/store/position.ts'
import { type JarEvent, jars, owners } from './tally.ts'

const at = (place: number, stream: string, event: JarEvent): Occurrence<JarEvent> => ({
  position: position(BigInt(place)),
  stream,
  version: place,
  metadata: {
    commandId: 'c',
    correlationId: 'c',
    causationId: null,
    actor: { role: 'STAFF', subject: 'test' },
    traceparent: null,
  },
  recordedAt: '2026-11-20T10:00:00.000Z',
  event,
})

const open = at(1, 'jar-1', { type: 'JarOpened', owner: 'ann' })
const add = at(2, 'jar-1', { type: 'CoinsAdded', coins: 5 })
const breaking = at(3, 'jar-1', { type: 'JarBroken' })

const fold = (
  model: AnyReadModel<JarEvent>,
  page: readonly Occurrence<JarEvent>[],
  stored: readonly Change[] = [],
) => foldPage(model, route(model, page, new Map([['jar-1', open]])), stored)

describe('folding a page', () => {
  it('writes a row once, with the place of its last change', () => {
    expect(fold(jars, [open, add])).toEqual({
      written: [{ row: { id: 'jar-1', coins: 5, adds: [5] }, position: 2n, version: 2 }],
      removed: [],
    })
  })

  it('goes on from the rows that are stored', () => {
    const stored = { row: { id: 'jar-1', coins: 3, adds: [3] }, position: position(1n), version: 1 }
    const { written } = fold(jars, [add], [stored])
    expect(written.map((change) => change.row['coins'])).toEqual([8])
  })

  it('removes a stored row that became none, and never writes one that came and went', () => {
    const stored = { row: { id: 'jar-1', coins: 3, adds: [3] }, position: position(1n), version: 1 }
    expect(fold(jars, [breaking], [stored])).toEqual({ written: [], removed: ['jar-1'] })
    expect(fold(jars, [open, add, breaking])).toEqual({ written: [], removed: [] })
  })

  it('raises the version of a row that follows one stream even where nothing else changes', () => {
    const idle: AnyReadModel<JarEvent> = { ...jars, project: (row) => row }
    const stored = { row: { id: 'jar-1', coins: 3, adds: [3] }, position: position(1n), version: 1 }
    expect(fold(idle, [add], [stored]).written).toEqual([{ ...stored, position: 2n, version: 2 }])
  })

  it('leaves a row that follows many streams alone where nothing changes', () => {
    const idle: AnyReadModel<JarEvent> = { ...owners, project: (row) => row }
    const stored = { row: { id: 'ann', coins: 3, events: 1 }, position: position(1n), version: 0 }
    expect(fold(idle, [add], [stored]).written).toEqual([])
  })

  it('routes an event by the origin of its stream', () => {
    expect(fold(owners, [add]).written.map((change) => change.row)).toEqual([
      { id: 'ann', coins: 5, events: 1 },
    ])
  })

  it('refuses a row of another key than was asked for', () => {
    const wrong: AnyReadModel<JarEvent> = { ...jars, keys: () => ['jar-2'] }
    expect(() => fold(wrong, [open])).toThrow('gave the row jar-1 where jar-2 was asked for')
  })
})
