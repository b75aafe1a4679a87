import { connect, type Socket } from 'node:net'
import { DelayedLane } from './delayed-lane.ts'
import { StatementTexts, WireMessages, type WireMessage } from './postgres-messages.ts'

/**
 * What becomes of one statement.
 *
 * `pass`: nothing is wrong. `cutBefore`: the connection breaks before the server hears of it.
 * `cutAnswer`: the server carries it out to the end, commit included, and the connection breaks before
 * its answer is relayed. `swallow`: nothing passes any more in either direction, and nobody is told.
 * `deaf`: the server carries it out, and its answer and all later ones are lost without a word.
 */
export type Fate = 'pass' | 'cutBefore' | 'cutAnswer' | 'swallow' | 'deaf'

/** A client waits for what these ask: until then its messages belong together. */
const ENDS_OF_EXCHANGE = 'SQ'
const ENDS_OF_GROUP = 'SQHXFcf'
const READY = 'Z'
const ENCRYPTION_REQUESTS = [80_877_103, 80_877_104]
const NO_ENCRYPTION = 'N'

/** What a connection must know of the proxy it belongs to. */
export interface Relay {
  readonly server: { readonly host: string; readonly port: number }
  readonly judge: (text: string) => Fate
  readonly delay: { readonly toServerMs: number; readonly toClientMs: number }
  readonly onCut: () => void
}

/** One client's connection and ours to the server, from the first packet to the end of both. */
export class RelayedConnection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #relay: Relay
  readonly #toServer: DelayedLane
  readonly #toClient: DelayedLane
  readonly #asked = new WireMessages('client')
  readonly #answered = new WireMessages('server')
  readonly #texts = new StatementTexts()
  /** Of the exchanges whose answer is not complete, oldest first. */
  readonly #fates: Fate[] = []
  #group: Buffer[] = []
  #starting = true
  #silent = false
  #deaf = false

  constructor(client: Socket, relay: Relay, onEnd: () => void) {
    this.#client = client
    this.#relay = relay
    this.#server = connect(relay.server).setNoDelay(true)
    client.setNoDelay(true)
    this.#toServer = new DelayedLane(client, this.#server, () => relay.delay.toServerMs)
    this.#toClient = new DelayedLane(this.#server, client, () => relay.delay.toClientMs)
    client.on('data', (chunk: Buffer) => this.#guarded(() => this.#fromClient(chunk)))
    this.#server.on('data', (chunk: Buffer) => this.#guarded(() => this.#fromServer(chunk)))
    // What they failed with is told by their end.
    client.on('error', () => undefined)
    this.#server.on('error', () => undefined)
    client.on('close', () => {
      this.#toServer.end()
      // Cut off, so that a server that says nothing does not keep it.
      this.#server.destroySoon()
      onEnd()
    })
    this.#server.on('close', () => {
      if (!this.#silent) this.#toClient.end()
    })
  }

  reset(): void {
    this.#client.resetAndDestroy()
    this.close()
  }

  silence(): void {
    this.#silent = true
  }

  hold(held: boolean): void {
    this.#toServer.hold(held)
    this.#toClient.hold(held)
  }

  close(): void {
    this.#toServer.close()
    this.#toClient.close()
    this.#client.destroy()
    this.#server.destroy()
  }

  #guarded(read: () => void): void {
    try {
      read()
    } catch {
      // Not PostgreSQL's protocol: neither side can go on.
      this.reset()
    }
  }

  #fromClient(chunk: Buffer): void {
    for (const message of this.#asked.take(chunk)) {
      if (this.#silent) continue
      if (message.type === '') this.#start(message)
      else if (this.#starting) this.#toServer.send(message.bytes)
      else this.#gather(message)
    }
  }

  #start({ bytes, body }: WireMessage): void {
    if (ENCRYPTION_REQUESTS.includes(body.readInt32BE(0))) {
      this.#toClient.send(Buffer.from(NO_ENCRYPTION))
      return
    }
    this.#asked.startupIsOver()
    this.#toServer.send(bytes)
  }

  #gather(message: WireMessage): void {
    this.#texts.read(message)
    this.#group.push(message.bytes)
    if (!ENDS_OF_GROUP.includes(message.type)) return
    const group = Buffer.concat(this.#group)
    this.#group = []
    if (ENDS_OF_EXCHANGE.includes(message.type) && !this.#admit()) return
    this.#toServer.send(group)
  }

  /** Whether the exchange is forwarded. */
  #admit(): boolean {
    const fate = this.#relay.judge(this.#texts.take())
    if (fate === 'cutBefore') {
      this.reset()
      return false
    }
    if (fate === 'swallow') {
      this.#silent = true
      return false
    }
    this.#fates.push(fate)
    return true
  }

  #fromServer(chunk: Buffer): void {
    for (const message of this.#answered.take(chunk)) {
      const fate = this.#fates[0] ?? 'pass'
      if (fate === 'deaf') this.#deaf = true
      const isLost = this.#silent || this.#deaf || fate === 'cutAnswer'
      if (!isLost) this.#toClient.send(message.bytes)
      if (message.type !== READY) continue
      if (this.#starting) this.#starting = false
      else this.#fates.shift()
      if (fate !== 'cutAnswer') continue
      this.#relay.onCut()
      this.reset()
      return
    }
  }
}
