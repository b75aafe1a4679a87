import type { Socket } from 'node:net'

/** What waits in one direction may fill this much; then the sender is made to wait. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024

/** One direction of a relayed connection: bytes leave in order, after a delay, and not while it is held. */
export class DelayedLane {
  readonly #from: Socket
  readonly #to: Socket
  readonly #delayMs: () => number
  readonly #waiting: { readonly bytes: Buffer; readonly dueAt: number }[] = []
  #waitingBytes = 0
  #timer: NodeJS.Timeout | undefined
  #held = false
  #ending = false

  constructor(from: Socket, to: Socket, delayMs: () => number) {
    this.#from = from
    this.#to = to
    this.#delayMs = delayMs
    to.on('drain', () => this.#pump())
  }

  send(bytes: Buffer): void {
    this.#waiting.push({ bytes, dueAt: performance.now() + this.#delayMs() })
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#from.pause()
    this.#pump()
  }

  /** Ends the receiver once everything has left. */
  end(): void {
    this.#ending = true
    this.#pump()
  }

  hold(held: boolean): void {
    this.#held = held
    this.#pump()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
  }

  #pump(): void {
    clearTimeout(this.#timer)
    if (this.#held) return
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const leftMs = next.dueAt - performance.now()
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), leftMs)
        return
      }
      if (this.#to.writableNeedDrain) return
      this.#waiting.shift()
      this.#waitingBytes -= next.bytes.length
      this.#to.write(next.bytes)
    }
    if (this.#from.isPaused()) this.#from.resume()
    if (this.#ending) this.#to.end()
  }
}
