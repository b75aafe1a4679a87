import type { RecordedEvent } from '../store/event.ts'

type Place = Pick<RecordedEvent, 'stream' | 'version' | 'position'>

/** An event cannot be projected: its stream is held back, and all others go on. */
export class StreamParked extends Error {
  override readonly name = 'StreamParked'
  constructor(projection: string, { stream, version, position: at }: Place, cause: unknown) {
    super(
      `${projection} holds ${stream} back from version ${version} on: event ${at} cannot be projected. ` +
        'All other streams go on. Mend the code, deploy it and call retryParkedStream; see docs/operations.md.',
      { cause },
    )
  }
}

/** So many streams cannot be projected that it is the code's fault, and holding more back would help nobody. */
export class ParkedTooMany extends Error {
  override readonly name = 'ParkedTooMany'
  constructor(
    { projection, parkedMax }: { readonly projection: string; readonly parkedMax: number },
    { position: at }: Place,
    cause: unknown,
  ) {
    super(
      `The projection ${projection} stands before event ${at}, which it cannot project, since it holds ` +
        `${parkedMax} streams back already. Mend the code, or go back to the last one, and retry them.`,
      { cause },
    )
  }
}
