import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decrypt, encrypt } from '../../src/store/cipher.ts'

const NONCE_BYTES = 12
const RUN_BYTES = 6
/** Several times what is asked of the source of randomness at once, which is 256 of them. */
const SEALED = 256 * 8 + 7

const key = createSecretKey(randomBytes(32))
const plain = Buffer.from('Ágnes Nemeskéri')

const nonceOf = (box: Buffer): string => box.subarray(0, NONCE_BYTES).toString('hex')

describe('the cipher', () => {
  it('never uses a nonce twice, nor any part of one in another', () => {
    const boxes = Array.from({ length: SEALED }, () => encrypt(key, plain, 'here'))
    expect(new Set(boxes.map(nonceOf)).size).toBe(SEALED)
    // Nonces that overlapped would share bytes in a row; at random two runs of six are equal once in 2^48.
    const runs = boxes.flatMap((box) =>
      Array.from({ length: NONCE_BYTES - RUN_BYTES + 1 }, (_, at) =>
        box.subarray(at, at + RUN_BYTES).toString('hex'),
      ),
    )
    expect(new Set(runs).size).toBe(runs.length)
  })

  it('opens a box long after its nonce was overwritten where it came from', () => {
    const boxes = Array.from({ length: SEALED }, (_, n) => encrypt(key, plain, `place ${n}`))
    for (const [n, box] of boxes.entries()) {
      expect(decrypt(key, box, `place ${n}`)).toEqual(plain)
      expect(() => decrypt(key, box, `place ${n + 1}`)).toThrow('unable to authenticate')
    }
  })

  it('opens nothing of which a bit differs, be it of the nonce, the text or the tag', () => {
    const box = encrypt(key, plain, 'here')
    for (let at = 0; at < box.length; at += 1) {
      const changed = Buffer.from(box)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => decrypt(key, changed, 'here')).toThrow('unable to authenticate')
    }
    expect(() => decrypt(createSecretKey(randomBytes(32)), box, 'here')).toThrow(
      'unable to authenticate',
    )
  })
})
