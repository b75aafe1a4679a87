import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eventFeed } from '../../src/live/event-feed.ts'
import { type OrderState, orderFeed } from '../../src/live/order-feed.ts'
import type { Subscription } from '../../src/live/subscriptions.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import type { Position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { newOrderId, type OrderLog, orderLog, take } from './order-log.ts'

const RUNS = 12
const STREAMS = 3

type Step =
  | { readonly type: 'write'; readonly stream: number }
  | { readonly type: 'read'; readonly count: number }
  | { readonly type: 'cut' }
  | { readonly type: 'project' }

const steps = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    { weight: 5, arbitrary: fc.record({ type: fc.constant('write'), stream: fc.nat(STREAMS) }) },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('read'), count: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('cut') }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('project') }) },
  ),
  { minLength: 1, maxLength: 40 },
)

interface Written {
  readonly stream: string
  readonly position: Position
}

/** A client that is cut off again and again, and comes back each time with the last position it saw. */
interface Client {
  read(count: number): Promise<void>
  cut(): Promise<void>
}

/** Runs the steps: `client` reads what it is asked to, as far as it was written. */
const run = async (
  world: OrderLog,
  taken: readonly Step[],
  client: (streams: readonly string[], written: readonly Written[]) => Client,
) => {
  const streams = Array.from({ length: STREAMS }, newOrderId)
  const product = newOrderId().replace('order', 'product')
  const written: Written[] = []
  const write = async (stream: string) => {
    const first = !written.some((one) => one.stream === stream)
    const type = stream === product && first ? 'ProductRegistered' : undefined
    const later = stream === product && !first ? 'ProductDiscontinued' : undefined
    written.push({ stream, position: await world.write(stream, type ?? later) })
  }
  for (const stream of streams) await write(stream)
  await world.projected()
  const reading = client(streams, written)
  for (const step of taken) {
    if (step.type === 'write') await write(streams[step.stream] ?? product)
    else if (step.type === 'read') await reading.read(step.count)
    else if (step.type === 'cut') await reading.cut()
    else await world.projected()
  }
  await reading.read(written.length)
  await reading.cut()
}

describeOnEachDatabase('a client that is cut off and resumes', (openFresh) => {
  const eventsOnce = (one: boolean) => async () => {
    await using world = await orderLog(await openFresh())
    const { log, running, report } = world
    const projected = running.projected('orders')
    await using feed = eventFeed({ log, projected, report, pageMax: 3 })
    const property = fc.asyncProperty(steps, async (taken) => {
      const start = await log.head()
      await run(world, taken, (streams, written) => {
        const [stream] = streams
        const seen: RecordedEvent[] = []
        let events: Subscription<RecordedEvent> | undefined
        const wanted = () =>
          written.filter((event) =>
            one ? event.stream === stream : event.stream.startsWith('order-'),
          )
        return {
          async read(count) {
            const after = seen.at(-1)?.position ?? (one ? undefined : start)
            events ??= feed.watch({ category: 'order', stream: one ? stream : undefined, after })
            const missing = wanted().length - seen.length
            seen.push(...(await take(events, Math.min(count, missing))))
            const expected = wanted().slice(0, seen.length)
            expect(seen.map(({ position }) => position)).toEqual(
              expected.map(({ position }) => position),
            )
          },
          async cut() {
            // With a value asked for that may be on its way: it is not seen, so it must come again.
            const pending = events?.next()
            await events?.return()
            await pending
            events = undefined
          },
        }
      })
    })
    await fc.assert(property, { numRuns: RUNS })
    expect(feed.subscribers).toBe(0)
    expect(world.reported).toEqual([])
  }
  it('gets every event of one order exactly once, in order', eventsOnce(true))
  it('gets every event of all orders exactly once, in order', eventsOnce(false))

  it('gets states whose versions only rise, and the last one always', async () => {
    await using world = await orderLog(await openFresh())
    const projected = world.running.projected('orders')
    const { reads: source, report } = world
    await using feed = orderFeed({ source, projected, report, pageMax: 2 })
    const property = fc.asyncProperty(steps, async (taken) => {
      await run(world, taken, ([stream = ''], written) => {
        let seen = { version: 0, position: undefined as Position | undefined }
        let states: Subscription<OrderState> | undefined
        return {
          async read(count) {
            states ??= await feed.watch(stream, { after: seen.position })
            if (states === undefined) throw new Error('There was no such order.')
            const present = written.filter((event) => event.stream === stream).length
            for (let turn = 0; turn < count && seen.version < present; turn += 1) {
              const [state] = await take(states, 1)
              if (state === undefined) return
              expect(state.row.version).toBeGreaterThan(seen.version)
              seen = { version: state.row.version, position: state.position }
            }
            if (count >= written.length) expect(seen.version).toBe(present)
          },
          async cut() {
            const pending = states?.next()
            await states?.return()
            await pending
            states = undefined
          },
        }
      })
    })
    await fc.assert(property, { numRuns: RUNS })
    expect(feed.subscribers).toBe(0)
    expect(world.reported).toEqual([])
  })
})
