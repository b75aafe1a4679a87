import type { Occurrence } from '../store/occurrence.ts'
import type { Index, RowOf, TableShape } from './table.ts'

export type { Occurrence }

/** 'stream': a row follows exactly one stream. 'many': the fold must not depend on order between streams. */
export type Follows = 'stream' | 'many'

/** How a forgotten person leaves rows that follow other streams than their own. */
export interface Erasure<Event, Property extends string = string> {
  /** The property in which a row names whose personal columns it has. */
  readonly by: Property
  /** Whom an event erases. */
  subject(occurrence: Occurrence<Event>): string | undefined
}

/**
 * A read model: data plus pure functions. The engine adds the columns `position` (last change of the
 * row; never falls) and, where `follows` is 'stream', `version` (the stream's version at that change).
 */
export interface ReadModel<Event, Shape extends TableShape, Following extends Follows> {
  readonly name: string
  /** Raised with every change of shape or meaning; each version has tables of its own. */
  readonly version: number
  readonly table: Shape
  readonly indexes: readonly Index<Shape>[]
  readonly follows: Following
  /** Needed where `project` itself does not reach the personal columns of all rows about somebody. */
  readonly erase?: Erasure<Event, keyof Shape & string>
  // Methods, not properties: the engine holds read models of every shape in one list, and hands each
  // only rows that it read from that model's own table.
  /** The row keys an event touches; `origin` is the first event of its stream. */
  keys(occurrence: Occurrence<Event>, origin: Occurrence<Event>): readonly string[]
  /** The row after the event; undefined where there is none. */
  project(
    row: RowOf<Shape> | undefined,
    occurrence: Occurrence<Event>,
    origin: Occurrence<Event>,
  ): RowOf<Shape> | undefined
}

/** A read model of any shape, as the engine holds it. */
export interface AnyReadModel<Event> {
  readonly name: string
  readonly version: number
  readonly table: TableShape
  readonly indexes: readonly (readonly string[])[]
  readonly follows: Follows
  readonly erase?: Erasure<Event>
  keys(occurrence: Occurrence<Event>, origin: Occurrence<Event>): readonly string[]
  project(
    row: RowOf<TableShape> | undefined,
    occurrence: Occurrence<Event>,
    origin: Occurrence<Event>,
  ): RowOf<TableShape> | undefined
}
