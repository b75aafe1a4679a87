import fc from 'fast-check'
import { expect, it } from 'vitest'
import { placesOf, type Reads } from '../../src/projection/places.ts'

const everybodyReads = (processes: readonly string[], tables: readonly string[]): Reads[] =>
  processes.flatMap((process) => tables.map((table) => ({ process, table, able: true })))

const names = (letter: string, max: number) =>
  fc.integer({ min: 1, max }).map((n) => Array.from({ length: n }, (_, i) => `${letter}${i}`))

it('spreads the first places evenly, and gives each place of a table to one process', () => {
  fc.assert(
    fc.property(names('p', 6), names('t', 9), (processes, tables) => {
      const readers = everybodyReads(processes, tables)
      const places = processes.map((process) => placesOf(process, readers))
      for (const table of tables)
        expect(places.map((of) => of.get(table) ?? -1).sort((a, b) => a - b)).toEqual(
          processes.map((_, i) => i),
        )
      const firsts = places.map((of) => [...of.values()].filter((place) => place === 0).length)
      expect(Math.max(...firsts) - Math.min(...firsts)).toBeLessThanOrEqual(1)
    }),
  )
})

it('does not depend on the order in which processes were seen', () => {
  fc.assert(
    fc.property(names('p', 5), names('t', 5), fc.nat(), (processes, tables, by) => {
      const readers = everybodyReads(processes, tables)
      const turned = [
        ...readers.slice(by % readers.length),
        ...readers.slice(0, by % readers.length),
      ]
      expect(placesOf('p0', turned)).toEqual(placesOf('p0', readers))
    }),
  )
})

it('has nobody wait for a process that does not read the table, nor for one that is gone', () => {
  const readers = [
    { process: 'a', table: 'old', able: true },
    { process: 'b', table: 'new', able: true },
  ]
  expect([...placesOf('a', readers)]).toEqual([
    ['new', 1],
    ['old', 0],
  ])
  expect(placesOf('b', everybodyReads(['b'], ['old', 'new'])).get('old')).toBe(0)
})

it('puts those last whose turns of a table fail, and shares out the rest among the others', () => {
  const readers = everybodyReads(['a', 'b', 'c'], ['t1', 't2']).map((read) => ({
    ...read,
    able: read.process !== 'a',
  }))
  const places = ['a', 'b', 'c'].map((process) => Object.fromEntries(placesOf(process, readers)))
  expect(places).toEqual([
    { t1: 2, t2: 2 },
    { t1: 0, t2: 1 },
    { t1: 1, t2: 0 },
  ])
  const all = readers.map((read) => ({ ...read, able: false }))
  expect(placesOf('a', all)).toEqual(placesOf('a', everybodyReads(['a', 'b', 'c'], ['t1', 't2'])))
})
