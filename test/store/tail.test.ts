import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { position } from '../../src/store/position.ts'
import type { Anchor, FoundTail } from '../../src/store/tail.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { aboutPerson, appendCommand } from './append-command.ts'
import { anchorOf, asking, found, grow, setUp } from './tails.ts'

describeOnEachDatabase('the tail of a stream', (openFresh) => {
  it('is all of it for whoever knows nothing, and nothing for whoever knows all', async () => {
    await using here = await setUp(openFresh)
    const stream = `thing-${randomUUID()}`
    expect(await here.log.tail(asking(stream))).toEqual({
      type: 'found',
      snapshot: null,
      events: [],
      more: false,
    })
    const anchor = await grow(here.log, stream, { from: 0, events: 3 })
    const whole = await found(here.log, asking(stream))
    expect(whole.events.map(({ version, data }) => [version, data])).toEqual([
      [1, { n: 1 }],
      [2, { n: 2 }],
      [3, { n: 3 }],
    ])
    expect(whole.events.at(-1)).toMatchObject(anchor)
    expect((await found(here.log, asking(stream, { after: anchor }))).events).toEqual([])
    const last = await grow(here.log, stream, { from: 3, events: 1 })
    expect((await found(here.log, asking(stream, { after: anchor }))).events).toMatchObject([last])
  })

  it('is lost to whoever knows an event that another life of the log had', async () => {
    await using here = await setUp(openFresh)
    const stream = `thing-${randomUUID()}`
    const anchor = await grow(here.log, stream, { from: 0, events: 3 })
    const { version, position: at } = anchor
    // The stream now ends before it; another event stands there; the same command at another place.
    const strangers: readonly Anchor[] = [
      { ...anchor, version: version + 1, position: position(at + 1n) },
      { ...anchor, commandId: randomUUID() },
      { ...anchor, position: position(at - 1n) },
    ]
    for (const after of strangers)
      expect(await here.log.tail(asking(stream, { after }))).toEqual({ type: 'lost' })
    expect(await here.log.tail(asking(`thing-${randomUUID()}`, { after: anchor }))).toEqual({
      type: 'lost',
    })
  })

  it('is lost to a stranger also where somebody who knows the log asks at the same time', async () => {
    await using here = await setUp(openFresh)
    const stream = `thing-${randomUUID()}`
    const after = await grow(here.log, stream, { from: 0, events: 3 })
    const asked = [after, { ...after, commandId: randomUUID() }]
    const tails = await Promise.all(
      asked.map((each) => here.log.tail(asking(stream, { after: each }))),
    )
    expect(tails.map(({ type }) => type)).toEqual(['found', 'lost'])
  })

  it('comes in pages, so that no query grows with a stream', async () => {
    await using here = await setUp(openFresh)
    const stream = `thing-${randomUUID()}`
    await grow(here.log, stream, { from: 0, events: 2_100, each: 700 })
    let after: Anchor | null = null
    const versions: number[] = []
    const sizes: number[] = []
    for (let more = true; more;) {
      const tail: FoundTail = await found(here.log, asking(stream, { after }))
      versions.push(...tail.events.map(({ version }) => version))
      sizes.push(tail.events.length)
      after = tail.events.at(-1) ?? after
      more = tail.more
    }
    expect(versions).toEqual(Array.from({ length: 2_100 }, (_, index) => index + 1))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_001)
  })

  it('is lost to whoever knows somebody in plain who is forgotten now', async () => {
    await using here = await setUp(openFresh)
    const subject = `customer-${randomUUID()}`
    const command = appendCommand({
      stream: subject,
      events: [aboutPerson(subject, { name: 'Ann' })],
    })
    const outcome = await here.log.append(command)
    if (outcome.type !== 'appended') throw new Error('Not appended')
    const after = anchorOf(outcome.receipt, command)
    const asked = asking(subject, { after, subject })
    expect((await found(here.log, asked)).events).toEqual([])
    await here.log.append(appendCommand({ forgets: subject }))
    expect(await here.log.tail(asked)).toEqual({ type: 'lost' })
    const [event] = (await found(here.log, asking(subject))).events
    expect(event?.data['personal']).toEqual({ subject, details: 'FORGOTTEN' })
  })
})
