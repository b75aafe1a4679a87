import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnyReadModel, Occurrence } from '../../src/projection/read-model.ts'
import type { Log } from '../../src/store/log.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { type Followed, followed, fragile, withoutPlace } from './fragile.ts'
import { added, broken, type JarEvent, jars, opened, openLog, owners, record } from './tally.ts'

const STREAMS = ['jar-0', 'jar-1']

/** What befalls the log, the code and the operators, in some order. */
const anyHappening = fc.record({
  what: fc.constantFrom('event', 'event', 'event', 'turns', 'retry', 'retry', 'mended', 'skip'),
  stream: fc.constantFrom(...STREAMS),
  coins: fc.nat(9),
  turns: fc.integer({ min: 1, max: 3 }),
})
type Happening = typeof anyHappening extends fc.Arbitrary<infer Value> ? Value : never

const histories = fc.record({
  happenings: fc.array(anyHappening, { minLength: 20, maxLength: 40 }),
  /** Which events cannot be projected, by stream and version. */
  poison: fc
    .array(fc.tuple(fc.constantFrom(...STREAMS), fc.integer({ min: 1, max: 5 })), {
      minLength: 2,
      maxLength: 6,
    })
    .map((places) => places.map(([stream, version]) => `${stream}@${version}`)),
  pageMax: fc.integer({ min: 1, max: 7 }),
})

const nameOf = ({ stream, version }: Pick<Occurrence<JarEvent>, 'stream' | 'version'>) =>
  `${stream}@${version}`

/** A model that can do without some events. */
const without = (
  model: AnyReadModel<JarEvent>,
  skipped: ReadonlySet<string>,
): AnyReadModel<JarEvent> => ({
  ...model,
  project: (row, occurrence, origin) =>
    skipped.has(nameOf(occurrence)) ? row : model.project(row, occurrence, origin),
})

const write = async (log: Log, { stream, coins }: Happening) => {
  const isFirst = (await log.load(stream)).length === 0
  const later = coins === 0 ? broken : added(coins)
  await record(log, stream, [isFirst ? opened(`owner-${coins % 2}`) : later])
}

interface Trial {
  readonly at: Followed
  readonly log: Log
  readonly poison: Set<string>
  readonly skipped: Set<string>
  released: number
}

const retry = async ({ at }: Trial, stream: string) =>
  (await at.desk.retry({ projection: at.options.model.name, stream })).type === 'released'

const skip = async ({ at, skipped }: Trial, stream: string, version: number) => {
  const why = { version, reason: 'a test', by: 'test' }
  await at.desk.skip({ projection: at.options.model.name, stream }, why)
  skipped.add(nameOf({ stream, version }))
}

const happen = async (trial: Trial, happening: Happening) => {
  const { what, stream, turns } = happening
  const held = (await trial.at.desk.list({ limit: 100 })).find((one) => one.stream === stream)
  if (what === 'event') await write(trial.log, happening)
  if (what === 'turns') await trial.at.turns(turns)
  if (held === undefined) return
  const version = held.streamVersion
  if (what === 'mended') trial.poison.delete(nameOf({ stream, version }))
  if (what === 'retry' || what === 'mended') trial.released += Number(await retry(trial, stream))
  if (what === 'skip') await skip(trial, stream, version)
}

/** Rows never fall. */
const expectNoFall = async ({ at }: Trial, places: Map<unknown, bigint>) => {
  for (const { id, position } of await at.rows()) {
    expect(position).toBeGreaterThanOrEqual(places.get(id) ?? 0n)
    places.set(id, BigInt(String(position)))
  }
}

describeOnEachDatabase('streams held back at random', (openFresh) => {
  const trialOf = async (model: AnyReadModel<JarEvent>) => {
    let released = 0
    const property = fc.asyncProperty(histories, async ({ happenings, poison, pageMax }) => {
      const database = await openFresh()
      await using log = await openLog(database)
      const bad = new Set(poison)
      const weak = fragile(model, (occurrence) => bad.has(nameOf(occurrence)))
      const at = await followed({ database, log, model: weak.model, pageMax })
      const trial: Trial = { at, log, poison: bad, skipped: new Set(), released: 0 }
      const places = new Map<unknown, bigint>()
      for (const one of happenings) {
        await happen(trial, one)
        await expectNoFall(trial, places)
      }
      await at.catchUp()
      bad.clear()
      for (const { stream } of await at.desk.list({ limit: 100 }))
        expect(await retry(trial, stream)).toBe(true)
      expect(await at.desk.count()).toBe(0)
      const fresh = without(model, trial.skipped)
      const rebuilt = await followed({ database, log, model: fresh, generation: 'b' })
      await rebuilt.catchUp()
      expect(withoutPlace(await at.rows())).toEqual(withoutPlace(await rebuilt.rows()))
      released += trial.released
    })
    await fc.assert(property, { numRuns: 10 })
    expect(released).toBeGreaterThan(0)
  }

  it(
    'come to the rows a fresh rebuild has, but for what was skipped',
    {
      timeout: 120_000,
    },
    async () => {
      await trialOf(jars)
    },
  )

  it(
    'come to the sums a fresh rebuild has, but for what was skipped',
    {
      timeout: 120_000,
    },
    async () => {
      await trialOf(owners)
    },
  )
})
