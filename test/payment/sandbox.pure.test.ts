import { describe, expect, it } from 'vitest'
import { AnswerLost, SANDBOX_TOKENS, sandboxGateway } from '../../src/payment/sandbox.ts'
import { NotRetriable } from '../../src/process/failure.ts'
import type { GatewayResult } from '../../src/process/gateway.ts'

const signal = new AbortController().signal
const how = (idempotencyKey: string) => ({ idempotencyKey, signal })
const eur = (minor: number) => ({ currency: 'EUR', minor })

const referenceOf = (result: GatewayResult): string => {
  if (result.type !== 'succeeded') throw new Error(`It was declined: ${result.reason}.`)
  return result.reference
}

describe('the sandbox gateway', () => {
  const authorize = async (
    gateway: ReturnType<typeof sandboxGateway>,
    { token, key = 'k1', minor = 1_000 }: { token?: string; key?: string; minor?: number } = {},
  ) =>
    await gateway.authorize(
      { amount: eur(minor), token: token ?? SANDBOX_TOKENS.succeeds },
      how(key),
    )

  it('declines by token, and charges nothing', async () => {
    const gateway = sandboxGateway()
    const declined = await authorize(gateway, { token: SANDBOX_TOKENS.declines })
    expect(declined).toEqual({ type: 'declined', reason: 'card_declined' })
    expect(gateway.books()).toMatchObject([{ result: { type: 'declined' } }])
  })

  it('answers a repeated call as the first time, and enters it once', async () => {
    const gateway = sandboxGateway()
    const first = await authorize(gateway)
    expect(await authorize(gateway)).toEqual(first)
    expect(gateway.books()).toMatchObject([{ idempotencyKey: 'k1', calls: 2 }])
    expect(await gateway.lookUp('k1', { signal })).toEqual(first)
    expect(await gateway.lookUp('k2', { signal })).toBeUndefined()
  })

  it('refuses a key that was used for another call', async () => {
    const gateway = sandboxGateway()
    await authorize(gateway)
    await expect(authorize(gateway, { minor: 2 })).rejects.toThrow(NotRetriable)
    expect(gateway.books()).toHaveLength(1)
  })

  it('moves the money and loses its answer, where it is told to', async () => {
    const gateway = sandboxGateway()
    const token = SANDBOX_TOKENS.losesAnswer
    await expect(authorize(gateway, { token })).rejects.toThrow(AnswerLost)
    expect(gateway.books()).toHaveLength(1)
    expect(await gateway.lookUp('k1', { signal })).toEqual(await authorize(gateway, { token }))
    expect(gateway.books()).toHaveLength(1)
  })

  it('loses about the share of answers it is told to, and the same ones every time', async () => {
    const lost = async () => {
      const gateway = sandboxGateway({ lostAnswerRate: 0.3 })
      const keys = Array.from({ length: 500 }, (_, key) => `key ${key}`)
      const answers = await Promise.allSettled(keys.map((key) => authorize(gateway, { key })))
      expect(gateway.books()).toHaveLength(500)
      return answers.map(({ status }) => status === 'rejected')
    }
    const first = await lost()
    expect(await lost()).toEqual(first)
    expect(first.filter(Boolean).length).toBeGreaterThan(110)
    expect(first.filter(Boolean).length).toBeLessThan(190)
  })

  it('never answers, until the caller has had enough, and moves nothing', async () => {
    const gateway = sandboxGateway()
    const patience = new AbortController()
    const call = gateway.authorize(
      { amount: eur(1), token: SANDBOX_TOKENS.timesOut },
      { idempotencyKey: 'k', signal: patience.signal },
    )
    patience.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    expect(gateway.books()).toEqual([])
  })

  it('captures no more than was authorized, and refunds no more than was captured', async () => {
    const gateway = sandboxGateway()
    const reference = referenceOf(await authorize(gateway))
    const capture = (minor: number, key: string) =>
      gateway.capture({ amount: eur(minor), reference }, how(key))
    const captured = referenceOf(await capture(600, 'c1'))
    expect(await capture(600, 'c2')).toEqual({ type: 'declined', reason: 'amount_too_large' })
    expect(await capture(400, 'c3')).toMatchObject({ type: 'succeeded' })
    const refund = (minor: number, key: string) =>
      gateway.refund({ amount: eur(minor), reference: captured }, how(key))
    expect(await refund(601, 'r1')).toEqual({ type: 'declined', reason: 'amount_too_large' })
    expect(await refund(600, 'r2')).toMatchObject({ type: 'succeeded' })
    const dollars = { amount: { currency: 'USD', minor: 1 }, reference: captured }
    expect(await gateway.refund(dollars, how('r3'))).toMatchObject({ reason: 'currency_mismatch' })
  })

  it('voids an authorization once, and then captures nothing of it', async () => {
    const gateway = sandboxGateway()
    const reference = referenceOf(await authorize(gateway))
    const all = { amount: eur(1_000), reference }
    expect(await gateway.void(all, how('v1'))).toMatchObject({ type: 'succeeded' })
    expect(await gateway.void(all, how('v2'))).toMatchObject({ reason: 'authorization_voided' })
    expect(await gateway.capture(all, how('c1'))).toMatchObject({ reason: 'authorization_voided' })
    const unknown = { amount: eur(5), reference: 'elsewhere' }
    expect(await gateway.capture(unknown, how('c3'))).toMatchObject({ reason: 'unknown_reference' })
  })

  it('voids what was not captured, and not one cent of what was', async () => {
    const gateway = sandboxGateway()
    const reference = referenceOf(await authorize(gateway))
    const call = (minor: number) => ({ amount: eur(minor), reference })
    const captured = await gateway.capture(call(300), how('c1'))
    expect(await gateway.void(call(701), how('v1'))).toMatchObject({ reason: 'amount_too_large' })
    expect(await gateway.void(call(700), how('v2'))).toMatchObject({ type: 'succeeded' })
    expect(await gateway.capture(call(1), how('c2'))).toMatchObject({
      reason: 'authorization_voided',
    })
    const refund = { amount: eur(300), reference: referenceOf(captured) }
    expect(await gateway.refund(refund, how('r1'))).toMatchObject({ type: 'succeeded' })
  })

  it('leaves to a capture under way what a void did not ask for', async () => {
    const gateway = sandboxGateway()
    const reference = referenceOf(await authorize(gateway))
    const call = (minor: number) => ({ amount: eur(minor), reference })
    expect(await gateway.void(call(700), how('v1'))).toMatchObject({ type: 'succeeded' })
    expect(await gateway.capture(call(300), how('c1'))).toMatchObject({ type: 'succeeded' })
  })

  it('knows its references again after a restart', async () => {
    const reference = referenceOf(await authorize(sandboxGateway()))
    const restarted = sandboxGateway()
    const captured = await restarted.capture({ amount: eur(1_000), reference }, how('c1'))
    expect(captured).toMatchObject({ type: 'succeeded' })
  })
})
