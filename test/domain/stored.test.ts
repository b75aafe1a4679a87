import { expect, it } from 'vitest'
import {
  EVENT_TYPES,
  MalformedEvent,
  UnknownEventType,
  parseStored,
  toStored,
} from '../../src/domain/stored.ts'
import { STORED } from './sample.ts'

it('has a frozen example of every event type', () => {
  expect(STORED.map((one) => one.type).toSorted()).toEqual(EVENT_TYPES.toSorted())
})
it.each(STORED)('reads $type back to what was stored', ({ type, schemaVersion, data }) => {
  expect(JSON.parse(JSON.stringify(toStored(parseStored(type, schemaVersion, data))))).toEqual({
    type,
    schemaVersion,
    data,
  })
})
it.each(STORED)('refuses a $type that lacks any one field', ({ type, data }) => {
  for (const key of Object.keys(data)) {
    expect(() => parseStored(type, 1, { ...data, [key]: undefined })).toThrow(MalformedEvent)
    expect(() => parseStored(type, 1, { ...data, [key]: undefined })).toThrow(`${type}.${key}`)
  }
})
it('does not know other types nor newer versions', () => {
  expect(() => parseStored('OrderPainted', 1, {})).toThrow(UnknownEventType)
  expect(() => parseStored('OrderConfirmed', 2, {})).toThrow(UnknownEventType)
})
