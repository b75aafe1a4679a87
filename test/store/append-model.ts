import fc from 'fast-check'
import { fingerprintOf } from './append-command.ts'

/** A command as it is drawn at random; its expected version is said as its distance from the right one. */
export interface Drawn {
  readonly stream: string
  readonly scope: string
  readonly id: string
  readonly fingerprint: string
  readonly offBy: number
  readonly events: number
  readonly subject: string | null
  /** Whose key ends with it. */
  readonly forgets: string | null
  /** What of the batch it says it was decided on. */
  readonly follows: 'its stream' | 'anybody' | 'nobody' | null
}

/** A drawn command as it is sent. */
export interface Judged extends Drawn {
  readonly of: number
  readonly expected: number
  readonly predecessor: number | null
}

export interface Outcome {
  readonly outcome: 'appended' | 'duplicate' | 'conflict' | 'forgotten'
  readonly stream: string
  readonly version: number | null
  readonly position: bigint | null
  readonly fingerprint: string | null
}

export interface Written {
  readonly position: bigint
  readonly stream: string
  readonly version: number
  readonly data: { readonly of: number; readonly place: number }
  readonly command_id: string | null
  readonly command_scope: string | null
  readonly fingerprint: string | null
}

interface Receipt {
  readonly stream: string
  readonly version: number
  readonly position: bigint
  readonly fingerprint: string
}

export const FORGOTTEN_SUBJECT = 'person-forgotten'
export const KNOWN_SUBJECT = 'person-known'
export const OTHER_SUBJECT = 'person-never-seen'

const IDS = [1, 2, 3, 4, 5].map((n) => `0192f0c0-0000-7000-8000-00000000000${n}`)

const drawn: fc.Arbitrary<Drawn> = fc.record({
  stream: fc.constantFrom('a', 'b', 'c'),
  scope: fc.constantFrom('x', 'y'),
  id: fc.constantFrom(...IDS),
  fingerprint: fc.constantFrom(fingerprintOf('one'), fingerprintOf('two')),
  offBy: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1, 2)),
  events: fc.integer({ min: 1, max: 3 }),
  subject: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    fc.constantFrom(FORGOTTEN_SUBJECT, KNOWN_SUBJECT, OTHER_SUBJECT),
  ),
  forgets: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    fc.constantFrom(KNOWN_SUBJECT, OTHER_SUBJECT),
  ),
  follows: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    fc.constantFrom('its stream', 'anybody', 'nobody'),
  ),
})

/** As nearly all are: nothing in them to be judged, and chains on streams that several write. */
const orderly: fc.Arbitrary<Drawn> = fc.record({
  stream: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
  scope: fc.constant('x'),
  id: fc.uuid(),
  fingerprint: fc.constant(fingerprintOf('one')),
  offBy: fc.oneof({ weight: 40, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1)),
  events: fc.integer({ min: 1, max: 3 }),
  subject: fc.constantFrom(null, KNOWN_SUBJECT),
  forgets: fc.oneof({ weight: 40, arbitrary: fc.constant(null) }, fc.constant(KNOWN_SUBJECT)),
  follows: fc.oneof({ weight: 20, arbitrary: fc.constant('its stream') }, fc.constant(null)),
})

export const orderlyBatches = fc.array(fc.array(orderly, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 4,
})

export const batches = fc.array(fc.array(drawn, { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 4,
})

/** The log as it is defined: one command after another, receipt first, then key, then version. */
export class OneByOne {
  #position: bigint
  readonly #versions = new Map<string, number>()
  readonly #receipts = new Map<string, Receipt>()
  readonly written: Written[] = []
  /** For each command of the batch, whether it was appended. */
  #appended: boolean[] = []
  readonly forgotten: Set<string>

  constructor(position: bigint, forgotten: readonly string[]) {
    this.#position = position
    this.forgotten = new Set(forgotten)
  }

  version(stream: string): number {
    return this.#versions.get(stream) ?? 0
  }

  beginBatch(): void {
    this.#appended = []
  }

  judge(command: Judged): Outcome {
    const outcome = this.#outcome(command)
    this.#appended.push(outcome.outcome === 'appended')
    return outcome
  }

  #outcome(command: Judged): Outcome {
    const { stream, predecessor } = command
    const name = JSON.stringify([command.scope, command.id])
    const receipt = this.#receipts.get(name)
    if (receipt !== undefined) return { outcome: 'duplicate', ...receipt }
    const nothing = { stream, version: null, position: null, fingerprint: null }
    if (this.forgotten.has(command.subject ?? '')) return { outcome: 'forgotten', ...nothing }
    const current = this.version(stream)
    const parted = predecessor !== null && this.#appended[predecessor - 1] !== true
    if (command.expected !== current || parted)
      return { outcome: 'conflict', ...nothing, version: current }
    for (let place = 1; place <= command.events; place++) this.#write(command, place)
    if (command.forgets !== null) this.forgotten.add(command.forgets)
    const version = this.version(stream)
    const { fingerprint } = command
    this.#receipts.set(name, { stream, version, position: this.#position, fingerprint })
    return { outcome: 'appended', stream, version, position: this.#position, fingerprint: null }
  }

  #write(command: Drawn & { readonly of: number }, place: number): void {
    const { stream, of } = command
    this.#position += 1n
    this.#versions.set(stream, this.version(stream) + 1)
    const last = place === command.events
    this.written.push({
      position: this.#position,
      stream,
      version: this.version(stream),
      data: { of, place },
      command_id: last ? command.id : null,
      command_scope: last ? command.scope : null,
      fingerprint: last ? command.fingerprint : null,
    })
  }
}
