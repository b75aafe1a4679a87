import { describe, expect, it } from 'vitest'
import { NotSent } from '../../src/store/not-sent.ts'
import { faultOf, mayBeCommitted } from '../../src/store/write-batch.ts'

const coded = (code: string): Error => Object.assign(new Error('failed'), { code })

describe('the fault of a batch', () => {
  it.each([
    ['22P05', 'data', false],
    ['22021', 'data', false],
    ['23505', 'data', false],
    ['54000', 'data', false],
    ['40001', 'connection', false],
    ['40P01', 'connection', false],
    ['53300', 'connection', false],
    ['55P03', 'connection', false],
    ['57014', 'connection', false],
    ['25006', 'connection', false],
    ['57P01', 'connection', true],
    ['08006', 'connection', true],
    ['ECONNRESET', 'connection', true],
    // Five characters, but no SQLSTATE.
    ['EPIPE', 'connection', true],
    ['ERR_STREAM_DESTROYED', 'connection', true],
    ['ERR_SOCKET_CLOSED', 'connection', true],
    // A bug in what was sent.
    ['ERR_INVALID_ARG_TYPE', 'other', false],
    ['42883', 'other', false],
    ['XX000', 'other', false],
  ])('with %s is %s, and it may be committed: %s', (code, fault, committed) => {
    expect(faultOf(coded(code))).toBe(fault)
    expect(mayBeCommitted(coded(code))).toBe(committed)
  })

  it.each(['Connection terminated unexpectedly', 'Query read timeout'])(
    'without a code is told from its words: %s',
    (words) => {
      expect(faultOf(new Error(words))).toBe('connection')
      expect(mayBeCommitted(new Error(words))).toBe(true)
    },
  )

  it("is nobody's when the batch was never sent", () => {
    const notSent = new NotSent({ cause: coded('ECONNREFUSED') })
    expect(faultOf(notSent)).toBe('connection')
    expect(mayBeCommitted(notSent)).toBe(false)
  })
})
