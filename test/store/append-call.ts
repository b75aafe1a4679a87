import type { Writer } from '../../src/database/database.ts'
import type { Drawn, Judged, Outcome } from './append-model.ts'

export const APPEND = {
  name: 'append',
  text: 'select * from log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)',
}

interface Answer extends Omit<Outcome, 'outcome'> {
  readonly outcome: Outcome['outcome'] | 'all'
}

/** Where everything was appended, the function says so once; here it is told of each command. */
const toldOfEach = (batch: readonly Judged[], answers: readonly Answer[]): readonly Outcome[] => {
  const [first] = answers
  if (first?.outcome !== 'all')
    return answers.flatMap(({ outcome, stream, version, position, fingerprint }) =>
      outcome === 'all' ? [] : [{ outcome, stream, version, position, fingerprint }],
    )
  let position = first.position ?? 0n
  return batch.map(({ stream, expected, events }) => {
    position += BigInt(events)
    const version = expected + events
    return { outcome: 'appended', stream, version, position, fingerprint: null }
  })
}

export const send = async (
  writer: Pick<Writer, 'query'>,
  batch: readonly Judged[],
): Promise<readonly Outcome[]> => {
  const places = batch.flatMap((command, index) =>
    Array.from({ length: command.events }, (_, place) => ({ command, index, place: place + 1 })),
  )
  const answers = await writer.query<Answer>(APPEND, [
    batch.map((command) => command.stream),
    batch.map((command) => command.expected),
    batch.map((command) => command.predecessor),
    batch.map((command) => command.scope),
    batch.map((command) => command.id),
    batch.map((command) => command.fingerprint),
    batch.map((command) => command.subject),
    batch.map((command) => command.forgets),
    batch.map((command) => JSON.stringify({ of: command.of })),
    batch.map((command) => command.events),
    places.map(({ index }) => index + 1),
    places.map(({ place }) => place),
    places.map(() => 'Happened'),
    places.map(() => 1),
    places.map(({ command, place }) => JSON.stringify({ of: command.of, place })),
  ])
  return toldOfEach(batch, answers)
}

/** By place in the batch, from 1; 0 stands for one that is not in it. */
export const predecessorOf = (
  before: readonly Judged[],
  own: { readonly stream: string; readonly index: number; readonly follows: Drawn['follows'] },
): number | null => {
  switch (own.follows) {
    case null:
      return null
    case 'anybody':
      return own.index
    case 'nobody':
      return 0
    case 'its stream': {
      const place = before.findLastIndex(({ stream }) => stream === own.stream) + 1
      return place === 0 ? null : place
    }
  }
}
