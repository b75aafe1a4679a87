import { describe, expect, it } from 'vitest'
import { assertDistinct, idOfFollowUp, idOfReaction } from '../../src/process/task-id.ts'

const event = { stream: 'order-1', version: 2, commandId: 'c' }
const ask = { name: 'ReserveStock', target: 1 }

describe("a task's id", () => {
  it('never changes, since a gateway may have been given it', () => {
    expect(idOfReaction('fulfilment', event, ask)).toBe('0025de5f-0c82-8531-82e7-c2eec00cec33')
    expect(idOfFollowUp('fulfilment', 'p', ask)).toBe('6135f4a3-26bf-8dbb-9aa3-041cf89b0435')
  })

  it('is a UUID, of version 8', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    for (let target = 0; target < 50; target++) {
      expect(idOfReaction('p', event, { name: 'n', target })).toMatch(uuid)
    }
  })

  it('differs with each of the things it is made from', () => {
    const ids = [
      idOfReaction('fulfilment', event, ask),
      idOfReaction('payment', event, ask),
      idOfReaction('fulfilment', { ...event, stream: 'order-2' }, ask),
      idOfReaction('fulfilment', { ...event, version: 3 }, ask),
      idOfReaction('fulfilment', { ...event, commandId: 'd' }, ask),
      idOfReaction('fulfilment', event, { ...ask, name: 'ShipStock' }),
      idOfReaction('fulfilment', event, { ...ask, target: 2 }),
      idOfFollowUp('fulfilment', 'order-1', ask),
      idOfFollowUp('fulfilment', 'order-2', ask),
      idOfFollowUp('payment', 'order-1', ask),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('does not know whether a target was written as a number', () => {
    expect(idOfReaction('p', event, { name: 'n', target: 1 })).toBe(
      idOfReaction('p', event, { name: 'n', target: '1' }),
    )
  })
})

describe('tasks of one cause', () => {
  it('are refused when two would be one', () => {
    expect(() => assertDistinct('x', [ask, { ...ask, target: 2 }])).not.toThrow()
    expect(() => assertDistinct('x', [ask, { ...ask, target: '1' }])).toThrow(
      'asks twice for the task ReserveStock',
    )
  })
})
