import { expect, it } from 'vitest'
import {
  EVENT_TYPES,
  MalformedEvent,
  UnknownEventType,
  parseStored,
  toStored,
} from '../../src/domain/stored.ts'
import { schemaVersionOf } from '../../src/domain/upcast.ts'
import { STORED } from './sample.ts'

const CURRENT = STORED.filter(({ type, schemaVersion }) => schemaVersion === schemaVersionOf(type))

it('has a frozen example of every version of every event type', () => {
  const written = EVENT_TYPES.flatMap((type) =>
    Array.from({ length: schemaVersionOf(type) }, (_, before) => `${type} ${before + 1}`),
  )
  expect(STORED.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`).toSorted()).toEqual(
    written.toSorted(),
  )
})
it.each(CURRENT)('reads $type back to what was stored', ({ type, schemaVersion, data }) => {
  expect(JSON.parse(JSON.stringify(toStored(parseStored(type, schemaVersion, data))))).toEqual({
    type,
    schemaVersion,
    data,
  })
})
it.each([
  ['OrderPlaced', { payment: null }],
  ['OrderShipped', { stock: [], carrier: null, trackingNumber: null }],
  ['OrderHeld', { by: null }],
  ['OrderCancelled', { release: [], amount: null }],
])('brings version 1 of %s to the present shape', (type, added) => {
  const old = STORED.find((one) => one.type === type && one.schemaVersion === 1)
  expect(parseStored(type, 1, old?.data)).toEqual({ type, data: { ...old?.data, ...added } })
})
it.each(STORED)(
  'refuses version $schemaVersion of $type that lacks any one field',
  ({ type, schemaVersion, data }) => {
    for (const key of Object.keys(data)) {
      const lacking = { ...data, [key]: undefined }
      expect(() => parseStored(type, schemaVersion, lacking)).toThrow(MalformedEvent)
      expect(() => parseStored(type, schemaVersion, lacking)).toThrow(`${type}.${key}`)
    }
  },
)
it('does not know other types nor newer versions', () => {
  expect(() => parseStored('OrderPainted', 1, {})).toThrow(UnknownEventType)
  expect(() => parseStored('OrderConfirmed', 2, {})).toThrow(UnknownEventType)
  expect(() => parseStored('OrderPlaced', 3, {})).toThrow(UnknownEventType)
})
