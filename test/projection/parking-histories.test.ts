import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnyReadModel, Occurrence } from '../../src/projection/read-model.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { type Followed, followed, fragile, withoutPlace } from './fragile.ts'
import { added, broken, type JarEvent, jars, opened, openLog, owners, record } from './tally.ts'

const STREAMS = 2
const VERSIONS = 5

/** What befalls the log, the code and the operators, in some order. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('event'),
      jar: fc.nat(STREAMS - 1),
      coins: fc.nat(9),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('turns'), times: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('mend'),
      version: fc.integer({ min: 1, max: VERSIONS }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('retry'), jar: fc.nat(STREAMS - 1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('skip'), jar: fc.nat(STREAMS - 1) }) },
)
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never

interface History {
  readonly happenings: readonly Happening[]
  /** Which events cannot be projected: by stream and version. */
  readonly poison: ReadonlySet<string>
}

const histories: fc.Arbitrary<History> = fc.record({
  happenings: fc.array(happening, { minLength: 25, maxLength: 40 }),
  poison: fc
    .array(fc.tuple(fc.nat(STREAMS - 1), fc.integer({ min: 1, max: VERSIONS })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((places) => new Set(places.map(([jar, version]) => `jar-${jar}@${version}`))),
})

const nameOf = ({ stream, version }: Pick<Occurrence<JarEvent>, 'stream' | 'version'>) =>
  `${stream}@${version}`

const eventAt = (count: number, coins: number) => {
  if (count === 0) return opened(`owner-${coins % 2}`)
  return coins === 0 ? broken : added(coins)
}

/** Gives up the first event that is held back, and remembers which. */
const skip = async (at: Followed, key: { projection: string; stream: string }) => {
  const [parked] = (await at.desk.list({ limit: 100 })).filter(
    ({ stream }) => stream === key.stream,
  )
  if (parked === undefined) return undefined
  const version = parked.streamVersion
  await at.desk.skip(key, { version, reason: 'a test', by: 'test' })
  return `${key.stream}@${version}`
}

const without = (
  model: AnyReadModel<JarEvent>,
  skipped: ReadonlySet<string>,
): AnyReadModel<JarEvent> => ({
  ...model,
  project: (row, occurrence, origin) =>
    skipped.has(nameOf(occurrence)) ? row : model.project(row, occurrence, origin),
})

describeOnEachDatabase('streams held back at random', (openFresh) => {
  it.each([jars, owners] as const)(
    'come to what a fresh rebuild has, without what was skipped: $name',
    { timeout: 120_000 },
    async (model: AnyReadModel<JarEvent>) => {
      let released = 0
      await fc.assert(
        fc.asyncProperty(histories, fc.integer({ min: 1, max: 7 }), async (history, pageMax) => {
          const database = await openFresh()
          await using log = await openLog(database)
          const poison = new Set(history.poison)
          const skipped = new Set<string>()
          const weak = fragile(model, (occurrence) => poison.has(nameOf(occurrence)))
          const at = await followed({ database, log, model: weak.model, pageMax })
          const counts = Array.from({ length: STREAMS }, () => 0)
          const places = new Map<string, bigint>()
          for (const what of history.happenings) {
            const key = { projection: model.name, stream: `jar-${'jar' in what ? what.jar : 0}` }
            if ('coins' in what) {
              const count = counts[what.jar] ?? 0
              counts[what.jar] = count + 1
              await record(log, key.stream, [eventAt(count, what.coins)])
            } else if ('times' in what) await at.turns(what.times)
            else if ('version' in what)
              for (const one of poison)
                if (Number(one.split('@')[1]) <= what.version) poison.delete(one)
            if (what.type === 'retry')
              released += Number((await at.desk.retry(key)).type === 'released')
            if (what.type === 'skip') {
              const gone = await skip(at, key)
              if (gone !== undefined) skipped.add(gone)
            }
            for (const { id, position } of await at.rows()) {
              expect(BigInt(String(position))).toBeGreaterThanOrEqual(places.get(String(id)) ?? 0n)
              places.set(String(id), BigInt(String(position)))
            }
          }
          await at.catchUp()
          poison.clear()
          for (const { stream } of await at.desk.list({ limit: 100 }))
            await at.desk.retry({ projection: model.name, stream })
          expect(await at.desk.list({ limit: 100 })).toEqual([])
          const fresh = without(model, skipped)
          const rebuilt = await followed({ database, log, model: fresh, generation: 'b' })
          await rebuilt.catchUp()
          expect(withoutPlace(await at.rows())).toEqual(withoutPlace(await rebuilt.rows()))
        }),
        { numRuns: 10 },
      )
      expect(released).toBeGreaterThan(0)
    },
  )
})
