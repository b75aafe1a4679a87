import { sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import type { Answer } from '../../src/command/commands.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { OrderId } from '../../src/domain/identity.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { Unavailable } from '../../src/store/append.ts'
import { cloneTemplate, describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { cable } from '../store/cable.ts'
import { expectSoundHistory } from '../store/sound-history.ts'
import {
  asked,
  cancelling,
  confirming,
  orderId,
  placing,
  pricing,
  said,
  type Shop,
  shop,
  stocked,
} from './given-commands.ts'

const count = (answers: readonly Answer[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(answers, said)].map(([what, group]) => [what, group.length]))

/** Half want to confirm and half want to cancel. */
const quarrel = ({ commands }: Shop, order: OrderId, commandsEach: number) =>
  Promise.all(
    Array.from({ length: commandsEach }, (_, n) =>
      commands.order(n % 2 === 0 ? confirming(order) : cancelling(order), asked()),
    ),
  )

describeOnEachDatabase('commands that meet on one stream', (openFresh) => {
  it('are accepted or refused for a reason, 200 at once on one order', async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    const order = orderId()
    await here.commands.placeOrder(placing(order, stock), asked())
    const answers = await quarrel(here, order, 200)
    // In turn: the first confirms, the second cancels, and nothing is left for the others.
    expect(count(answers)).toEqual({ accepted: 2, OrderAlreadyCancelled: 198 })
    await expectSoundHistory(here.log)
    expect((await here.log.load(order)).map((event) => event.type)).toEqual([
      'OrderPlaced',
      'OrderConfirmed',
      'OrderCancelled',
    ])
  })

  it('lose no update, 200 at once on one product', async () => {
    await using here = await shop(await openFresh())
    const { product } = await stocked(here)
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        here.commands.product(pricing(product, n + 1), asked()),
      ),
    )
    expect(count(answers)).toEqual({ accepted: 200 })
    const history = await here.log.load(product)
    expect(history.map((event) => event.version)).toEqual(history.map((_, index) => index + 1))
    expect(history).toHaveLength(201)
  })

  it('are decided on each other and share commits, 200 at once on one product', async () => {
    const database = await openFresh()
    await using here = await shop(database)
    const { product } = await stocked(here)
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        here.commands.product(pricing(product, n + 1), asked()),
      ),
    )
    const { rows } = await sql<{ commits: bigint; events: bigint }>`
      select count(distinct xmin::text) as commits, count(*) as events
      from log.events where stream = ${product} and version > 1`.execute(database.kysely)
    expect(rows[0]?.events).toBe(200n)
    // A batch takes 128; the first may leave before the others have come.
    expect(Number(rows[0]?.commits)).toBeLessThanOrEqual(3)
  })

  it('are not refused for what is not committed yet', async () => {
    const wire = cable(await openFresh())
    await using here = await shop(wire.database)
    const stock = await stocked(here)
    const order = orderId()
    await here.commands.placeOrder(placing(order, stock), asked())
    const statements = wire.statements
    const first = here.commands.order(confirming(order), asked())
    let told = false
    const second = here.commands.order(confirming(order), asked()).finally(() => (told = true))
    wire.state = 'stalled'
    await eventually(() => wire.statements > statements)
    expect(told).toBe(false)
    wire.state = 'whole'
    const [accepted, refused] = await Promise.all([first, second])
    expect([said(accepted), said(refused)]).toEqual(['accepted', 'OrderAlreadyConfirmed'])
    expect(accepted.type === 'accepted' && accepted.receipt.position).toBe(
      refused.type === 'refused' && refused.position,
    )
  })

  it('wait for their turn no longer than their callers do, and are then not written', async () => {
    const wire = cable(await openFresh())
    await using here = await shop(wire.database)
    const { product } = await stocked(here)
    const statements = wire.statements
    wire.state = 'stalled'
    const first = here.commands.product(pricing(product, 1), asked())
    await eventually(() => wire.statements > statements)
    const behind = Array.from({ length: 5 }, (_, n) =>
      here.commands.product(pricing(product, n + 2), asked({ timeoutMs: 100 })),
    )
    // The one whose turn it is waits for what becomes of the first, the others for their turn.
    const notWritten = [{ name: 'Overloaded' }, { name: 'Unavailable', outcome: 'NOT_WRITTEN' }]
    for (const one of await Promise.allSettled(behind)) {
      const error: unknown = one.status === 'rejected' ? one.reason : one
      expect(notWritten).toContainEqual(
        error instanceof Unavailable
          ? { name: error.name, outcome: error.outcome }
          : { name: error instanceof Error ? error.name : error },
      )
    }
    wire.state = 'whole'
    expect(said(await first)).toBe('accepted')
    expect(await here.log.load(product)).toHaveLength(2)
  })

  it('are refused as too many past the bound, and not written', async () => {
    const wire = cable(await openFresh())
    await using here = await shop(wire.database)
    const order = orderId()
    const { product } = await stocked(here)
    wire.state = 'stalled'
    const first = here.commands.product(pricing(product, 1), asked())
    const line = Array.from({ length: 1_000 }, () =>
      here.commands.product(pricing(product, 2), asked()),
    )
    const last = line.at(-1)
    await expect(last).rejects.toMatchObject({ name: 'Overloaded' })
    // Another stream's line is its own.
    expect(said(await here.commands.order(confirming(order), asked()))).toBe('OrderUnknown')
    wire.state = 'whole'
    await first
    const answers = await Promise.allSettled(line)
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(999)
    expect(await here.log.load(product)).toHaveLength(3)
  })
})

describe('two processes that fight over one stream', () => {
  const toDispose: AsyncDisposable[] = []
  afterEach(async () => {
    for (const one of toDispose.splice(0).reverse()) await one[Symbol.asyncDispose]()
  })

  const twoShops = async (): Promise<readonly [Shop, Shop]> => {
    const place = await cloneTemplate()
    toDispose.push(place)
    const masterKey = randomMasterKey()
    const open = async () => {
      const database = await openDatabase({ engine: 'postgres', url: place.url })
      toDispose.push(database)
      const opened = await shop(database, masterKey)
      toDispose.push(opened)
      return opened
    }
    return [await open(), await open()]
  }

  it('lose no update and raise nothing', async () => {
    const [here, there] = await twoShops()
    const { product } = await stocked(here)
    const change = (from: Shop, cents: number) =>
      from.commands.product(pricing(product, cents), asked())
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => [
        change(here, 10_000 + n),
        change(there, 20_000 + n),
      ]).flat(),
    )
    expect(count(answers)).toEqual({ accepted: 120 })
    const history = await there.log.load(product)
    expect(history).toHaveLength(121)
    const prices = history.slice(1).map((event) => JSON.stringify(event.data['price']))
    expect(new Set(prices).size).toBe(120)
    await expectSoundHistory(here.log)
  })

  it('let a quarrel end with a reason for each', async () => {
    const [here, there] = await twoShops()
    const stock = await stocked(here)
    const order = orderId()
    await here.commands.placeOrder(placing(order, stock), asked())
    const answers = (
      await Promise.all([quarrel(here, order, 40), quarrel(there, order, 40)])
    ).flat()
    const told = count(answers)
    expect(told['accepted']).toBe((await here.log.load(order)).length - 1)
    const { accepted, OrderAlreadyConfirmed = 0, OrderAlreadyCancelled, ...others } = told
    expect(others).toEqual({})
    expect(answers).toHaveLength(80)
    // Whoever cancels ends it; before that, one may have confirmed.
    expect(accepted).toBeLessThanOrEqual(2)
    expect(OrderAlreadyCancelled).toBeGreaterThanOrEqual(39)
    expect(OrderAlreadyConfirmed).toBeLessThanOrEqual(39)
    await expectSoundHistory(there.log)
  })

  it('let one of them win who insist on a version', async () => {
    const [here, there] = await twoShops()
    const { product } = await stocked(here)
    const change = (from: Shop, cents: number, expectedVersion: number) =>
      from.commands.product(pricing(product, cents), asked({ expectedVersion }))
    for (let version = 1; version <= 20; version++) {
      const answers = await Promise.all([
        change(here, 100 + version, version),
        change(there, 200 + version, version),
      ])
      expect(count(answers)).toEqual({ accepted: 1, VersionConflict: 1 })
    }
    expect(await here.log.load(product)).toHaveLength(21)
  })

  it('give a command that reaches both one effect', async () => {
    const [here, there] = await twoShops()
    const { product } = await stocked(here)
    for (let n = 1; n <= 20; n++) {
      const options = asked()
      const answers = await Promise.all(
        [here, there].map((from) => from.commands.product(pricing(product, n), options)),
      )
      expect(count(answers)).toEqual({ accepted: 1, replayed: 1 })
    }
    expect(await here.log.load(product)).toHaveLength(21)
  })
})
