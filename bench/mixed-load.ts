import { Agent, request } from 'node:http'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { round, type Round } from './figure.ts'

export interface Asked {
  readonly body: string
  /** Stands in the body of every answer that counts. */
  readonly expected: string
  /** The figures that its latency belongs to. */
  readonly countsAs: readonly string[]
}

/** One round's work, sent to this process; the answer is a `MixedLoadResult`. */
export interface MixedLoad {
  readonly url: string
  /** Sent one after another and again from the start. */
  readonly requests: readonly Asked[]
  readonly seconds: number
  /**
   * At a pace a request leaves when its time has come, whatever became of those before it, and its
   * latency counts from that time: a stall is seen by every request that came in during it.
   */
  readonly pace: { readonly perSecond: number } | { readonly callers: number }
}

export type MixedLoadResult =
  | {
      readonly type: 'measured'
      readonly all: Round
      readonly each: Readonly<Record<string, Round>>
      readonly answers: number
    }
  | { readonly type: 'failed'; readonly message: string }

/** More would be more than a server is asked to serve; the rest waits, and its waiting counts. */
const SOCKETS_MAX = 256
const REQUEST_TIMEOUT_MS = 10_000
const SENT_IN_A_TURN_MAX = 8
const SHOWN_CHARACTERS = 500
const HEADERS = { 'content-type': 'application/json', accept: 'application/json' }

const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX })

const post = async (url: string, body: string): Promise<string> =>
  await new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { ...HEADERS, 'content-length': Buffer.byteLength(body) },
        timeout: REQUEST_TIMEOUT_MS,
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve(text))
        response.on('error', reject)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`No answer in ${REQUEST_TIMEOUT_MS} ms.`)))
    sent.on('error', reject)
    sent.end(body)
  })

class Tally {
  readonly latenciesMs: number[] = []
  readonly each = new Map<string, number[]>()
  failures = 0
  firstFailure = ''
  lastAt = performance.now()

  async ask(url: string, { body, expected, countsAs }: Asked, fromMs: number): Promise<void> {
    const text = await post(url, body).catch((error: unknown) => String(error))
    this.lastAt = performance.now()
    if (!text.includes(expected) || text.includes('"errors":')) {
      this.failures += 1
      this.firstFailure ||= text.slice(0, SHOWN_CHARACTERS)
      return
    }
    const latencyMs = this.lastAt - fromMs
    this.latenciesMs.push(latencyMs)
    for (const name of countsAs) {
      const known = this.each.get(name)
      if (known === undefined) this.each.set(name, [latencyMs])
      else known.push(latencyMs)
    }
  }
}

/** Which request comes next; each round goes on where the last one ended. */
let next = 0
const asked = (requests: readonly Asked[]): Asked => {
  const found = requests[next++ % requests.length]
  if (found === undefined) throw new Error('A load without a request.')
  return found
}

const paced = async (
  { url, requests, seconds }: MixedLoad,
  perSecond: number,
  tally: Tally,
): Promise<void> => {
  const begunAt = performance.now()
  const intervalMs = 1_000 / perSecond
  const count = Math.max(1, Math.floor(seconds * perSecond))
  const underWay: Promise<void>[] = []
  for (let sent = 0; sent < count;) {
    const dueAt = begunAt + sent * intervalMs
    const earlyMs = dueAt - performance.now()
    if (earlyMs > 0) await delay(earlyMs)
    else {
      underWay.push(tally.ask(url, asked(requests), dueAt))
      sent += 1
      // Whoever is late must still hear answers.
      if (sent % SENT_IN_A_TURN_MAX === 0) await turn()
    }
  }
  await Promise.all(underWay)
}

const unpaced = async (
  { url, requests, seconds }: MixedLoad,
  callers: number,
  tally: Tally,
): Promise<void> => {
  const endsAt = performance.now() + seconds * 1_000
  const caller = async () => {
    for (let now = performance.now(); now < endsAt; now = performance.now())
      await tally.ask(url, asked(requests), now)
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

const measure = async (load: MixedLoad): Promise<MixedLoadResult> => {
  const { pace } = load
  const tally = new Tally()
  const begunAt = performance.now()
  if ('callers' in pace) await unpaced(load, pace.callers, tally)
  else await paced(load, pace.perSecond, tally)
  const { latenciesMs, failures, firstFailure } = tally
  const elapsedMs = tally.lastAt - begunAt
  if (failures > 0) {
    const message = `${failures} of ${failures + latenciesMs.length} requests were not answered as they should be; the first: ${firstFailure}`
    return { type: 'failed', message }
  }
  const each = [...tally.each].map(([name, some]) => [name, round(some, elapsedMs)] as const)
  return {
    type: 'measured',
    all: round(latenciesMs, elapsedMs),
    each: Object.fromEntries(each),
    answers: latenciesMs.length,
  }
}

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => {})
process.on('message', (load: MixedLoad) => {
  void measure(load)
    .catch((error: unknown): MixedLoadResult => ({ type: 'failed', message: String(error) }))
    .then((result) => process.send?.(result))
})
