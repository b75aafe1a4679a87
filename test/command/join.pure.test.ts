import { describe, expect, it } from 'vitest'
import type { CommandRequest, CommandResult } from '../../src/command/command-request.ts'
import { joined } from '../../src/command/join.ts'
import { position } from '../../src/store/position.ts'
import { asked } from './given-commands.ts'

const receipt = { stream: 'order-1', version: 1, position: position(1n) }

const counted = () => {
  const repetitions = joined<never>()
  const handled: CommandRequest[] = []
  const run = (request: CommandRequest, failure?: Error) =>
    repetitions.run(request, async (): Promise<CommandResult<never>> => {
      handled.push(request)
      await Promise.resolve()
      if (failure !== undefined) throw failure
      return { type: 'accepted', commandId: request.key.id, receipt, replayed: false }
    })
  return { run, handled }
}

describe('equal commands under way', () => {
  it('are handled once, and all but the first are told so', async () => {
    const { run, handled } = counted()
    const { request } = asked()
    const results = await Promise.all([run(request), run(request), run(request)])
    expect(handled).toHaveLength(1)
    expect(results.map((result) => result.type === 'accepted' && result.replayed)).toEqual([
      false,
      true,
      true,
    ])
  })

  it('are joined only while they are under way', async () => {
    const { run, handled } = counted()
    const { request } = asked()
    await run(request)
    await run(request)
    expect(handled).toHaveLength(2)
  })

  it('differ by caller, id and what is asked', async () => {
    const { run, handled } = counted()
    const { request } = asked()
    const { scope, id } = request.key
    await Promise.all([
      run(request),
      run({ ...request, key: { scope: `${scope}2`, id } }),
      run(asked().request),
      run({ ...request, fingerprint: 'another' }),
    ])
    expect(handled).toHaveLength(4)
  })

  it('share a fault, which is not kept for the next', async () => {
    const { run, handled } = counted()
    const { request } = asked()
    const fault = new Error('The database is away.')
    const failed = await Promise.allSettled([run(request, fault), run(request)])
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await run(request)).toMatchObject({ type: 'accepted', replayed: false })
    expect(handled).toHaveLength(2)
  })
})
