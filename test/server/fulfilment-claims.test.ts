import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { commands } from '../../src/command/commands.ts'
import { productEvent } from '../../src/command/aggregate-event.ts'
import type { TaskOutcome, Work } from '../../src/domain/fulfilment/task.ts'
import type { Task } from '../../src/process/task.ts'
import { giveCommand } from '../../src/server/task-command.ts'
import type { Log } from '../../src/store/log.ts'
import { asked, orderId, type Shop, shop, stocked } from '../command/given-commands.ts'
import { NOW, timing } from '../domain/sample.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'

type CommandWork = Extract<Work, { readonly type: 'command' }>

/** A log that can be stopped between what it read and what is done with it, as a stalled machine is. */
const stalling = (log: Log) => {
  const go = Promise.withResolvers<void>()
  let stopped = false
  const stall = async <Result>(result: Promise<Result>): Promise<Result> => {
    const value = await result
    stopped = true
    await go.promise
    return value
  }
  const afterLoad: Log = { ...log, tail: (wanted) => stall(log.tail(wanted)) }
  const beforeAppend: Log = {
    ...log,
    stage: async (command, predecessor) => {
      await stall(Promise.resolve())
      return await log.stage(command, predecessor)
    },
  }
  return { afterLoad, beforeAppend, go: () => go.resolve(), isStopped: () => stopped }
}

describeOnEachDatabase('a task that is taken over from a worker that stalls', (openFresh) => {
  const setUp = async () => {
    const here = await shop(await openFresh())
    const { product: productId } = await stocked(here)
    const receive = async (quantity: number) => {
      await here.commands.product(
        { ...timing, type: 'ReceiveStock', productId, quantity, note: null },
        asked(),
      )
    }
    await receive(1)
    const work = {
      type: 'command',
      aggregate: 'product',
      command: { type: 'ReserveStock', productId, orderId: orderId(), line: 1, quantity: 1 },
    } as const satisfies CommandWork
    const task: Task<Work> = {
      id: randomUUID(),
      process: 'fulfilment',
      name: 'ReserveStock',
      target: '1',
      key: work.command.orderId,
      work,
      cause: {
        stream: work.command.orderId,
        version: 1,
        position: 1n,
        correlationId: 'correlation',
        traceparent: null,
      },
      attempts: 1,
      attemptsMax: 20,
    }
    const attempt = (log: Log, leftMs: number): Promise<TaskOutcome> =>
      giveCommand(work, {
        commands: commands(log),
        task,
        attempt: { signal: new AbortController().signal, deadline: performance.now() + leftMs },
        now: () => NOW,
      })
    const takeAway = async () => {
      const other = { ...work.command, orderId: orderId() }
      await here.commands.product({ ...timing, ...other }, asked())
    }
    const history = async () => (await here.log.load(productId)).map(productEvent)
    const reservedForIt = async () =>
      (await history()).filter(
        ({ type, data }) =>
          type === 'StockReserved' && 'orderId' in data && data.orderId === work.command.orderId,
      ).length
    return { here, work, task, attempt, receive, takeAway, history, reservedForIt }
  }

  const ended = async (shopHere: Shop, of: Promise<unknown>): Promise<string> => {
    const [end] = await Promise.allSettled([of])
    await shopHere.log.head()
    return end.status === 'fulfilled' ? 'fulfilled' : String(end.reason)
  }

  const passed = async (ms: number) => {
    const start = performance.now()
    await eventually(() => performance.now() - start > ms)
  }

  it('writes nothing that the new worker was refused, though it could by then', async () => {
    const { here, attempt, receive, takeAway, reservedForIt } = await setUp()
    const stall = stalling(here.log)
    const first = attempt(stall.beforeAppend, 200)
    const end = ended(here, first)
    await eventually(stall.isStopped)
    await takeAway()
    expect(await attempt(here.log, 10_000)).toMatchObject({
      type: 'refused',
      refusal: { type: 'StockShort' },
    })
    // Were the first to decide once more, there would be enough for it.
    await receive(5)
    await passed(200)
    stall.go()
    expect(await end).toContain('kept the command past its deadline')
    expect(await reservedForIt()).toBe(0)
    await here[Symbol.asyncDispose]()
  })

  it('is accepted by both when nothing has changed, and takes effect once', async () => {
    const { here, attempt, reservedForIt } = await setUp()
    const stall = stalling(here.log)
    const first = attempt(stall.beforeAppend, 200)
    await eventually(stall.isStopped)
    expect(await attempt(here.log, 10_000)).toMatchObject({ type: 'accepted' })
    await passed(200)
    stall.go()
    expect(await first).toMatchObject({ type: 'accepted' })
    expect(await reservedForIt()).toBe(1)
    await here[Symbol.asyncDispose]()
  })

  it('writes nothing when what it read is older than its claim', async () => {
    const { here, attempt, reservedForIt } = await setUp()
    const stall = stalling(here.log)
    const end = ended(here, attempt(stall.afterLoad, 100))
    await eventually(stall.isStopped)
    await passed(100)
    stall.go()
    expect(await end).toContain('This attempt wrote nothing')
    expect(await reservedForIt()).toBe(0)
    await here[Symbol.asyncDispose]()
  })
})
