/** One message of the PostgreSQL protocol, as it stands on the wire. */
export interface WireMessage {
  /** Its letter; empty for the first packet of a client, which has none. */
  readonly type: string
  readonly bytes: Buffer
  /** Without the letter and the length. */
  readonly body: Buffer
}

/** Far above what a test sends; a length beyond it means that the framing was lost. */
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024
const LENGTH_BYTES = 4

/**
 * Cuts a stream of bytes into messages. A client's first packet has a length but no letter, and so has
 * each further first packet after a request for encryption.
 */
export class WireMessages {
  #unread: Buffer = Buffer.alloc(0)
  #typed: boolean

  constructor(side: 'client' | 'server') {
    this.#typed = side === 'server'
  }

  /** From now on messages have letters. */
  startupIsOver(): void {
    this.#typed = true
  }

  *take(chunk: Buffer): Generator<WireMessage> {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    for (;;) {
      const head = this.#typed ? 1 : 0
      if (this.#unread.length < head + LENGTH_BYTES) return
      const length = this.#unread.readInt32BE(head)
      if (length < LENGTH_BYTES || length > MESSAGE_BYTES_MAX)
        throw new Error(`This is no PostgreSQL message: its length reads ${length}.`)
      if (this.#unread.length < head + length) return
      const bytes = this.#unread.subarray(0, head + length)
      this.#unread = this.#unread.subarray(head + length)
      yield {
        type: bytes.toString('latin1', 0, head),
        bytes,
        body: bytes.subarray(head + LENGTH_BYTES),
      }
    }
  }
}

const textAt = (body: Buffer, start: number): { readonly text: string; readonly end: number } => {
  const end = body.indexOf(0, start)
  return { text: body.toString('utf8', start, end), end: end + 1 }
}

/** Learns from a client's messages which SQL each of its exchanges runs. */
export class StatementTexts {
  readonly #prepared = new Map<string, string>()
  #running = ''

  read({ type, body }: WireMessage): void {
    if (type === 'Q') this.#running = textAt(body, 0).text
    if (type === 'P') {
      const name = textAt(body, 0)
      this.#prepared.set(name.text, textAt(body, name.end).text)
    }
    if (type === 'B') {
      const portal = textAt(body, 0)
      this.#running = this.#prepared.get(textAt(body, portal.end).text) ?? ''
    }
  }

  /** The SQL of the exchange that has just been told to its end. */
  take(): string {
    const text = this.#running
    this.#running = ''
    return text
  }
}
