import type { Keyset, Page, PageRequest, Reader } from '../read-model/reader.ts'
import type { Position } from '../store/position.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { badInput } from './error-code.ts'
import { ownWrite } from './own-write.ts'
import type { ReadModelName } from './read-models.ts'

export const PAGE_MAX = 100
const PAGE_DEFAULT = 20

export interface PageArguments {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

interface PageInfoShape {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

export interface EdgeShape<Node> {
  readonly cursor: string
  readonly node: Node
}

export interface ConnectionShape<Node> {
  readonly edges: readonly EdgeShape<Node>[]
  readonly pageInfo: PageInfoShape
  readonly checkpoint: Position
  readonly count: () => Promise<number>
}

export const PageInfoType = builder.objectRef<PageInfoShape>('PageInfo').implement({
  description: 'Where a page stands in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description:
        'Whether more follows. Known when paging forward; else whether `before` was given.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description:
        'Whether more precedes. Known when paging backward; else whether `after` was given.',
    }),
    startCursor: t.exposeString('startCursor', {
      nullable: true,
      description: 'The cursor of the first edge; null on an empty page.',
    }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'The cursor of the last edge; null on an empty page.',
    }),
  }),
})

/** Which rows to read for Relay's arguments; refuses what cannot be meant. */
export const pageBounds = ({ first, after, last, before }: PageArguments) => {
  if (first != null && last != null) throw badInput('Give `first` or `last`, not both.', ['last'])
  const bounds = { after: after ?? undefined, before: before ?? undefined }
  return last == null
    ? { ...bounds, from: 'START' as const, limit: pageSize('first', first ?? PAGE_DEFAULT) }
    : { ...bounds, from: 'END' as const, limit: pageSize('last', last) }
}

const pageSize = (argument: string, wanted: number): number => {
  if (wanted >= 0 && wanted <= PAGE_MAX) return wanted
  throw badInput(`\`${argument}\` must be from 0 to ${PAGE_MAX}; seen: ${wanted}.`, [argument])
}

// A cursor names the list and the order it was made for: used with another it would silently skip rows.
const cursorOf = (list: string, { value, id }: Keyset): string =>
  Buffer.from(JSON.stringify([list, value, id])).toString('base64url')

const CURSOR_LENGTH_MAX = 1_000

const notACursor = (argument: string, list: string) =>
  badInput(`\`${argument}\` must be a cursor of the list ${list}.`, [argument])

const keysetOf = (
  cursor: string | undefined,
  list: string,
  argument: string,
): Keyset | undefined => {
  if (cursor === undefined) return undefined
  const parts = cursor.length > CURSOR_LENGTH_MAX ? undefined : parsed(cursor)
  if (parts === undefined || parts[0] !== list) throw notACursor(argument, list)
  return { value: parts[1], id: parts[2] }
}

const parsed = (cursor: string): readonly [string, string, string] | undefined => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(parts) || parts.length !== 3) return undefined
    const [order, value, id]: readonly unknown[] = parts
    if (typeof order !== 'string' || typeof value !== 'string' || typeof id !== 'string')
      return undefined
    return `${value}${id}`.isWellFormed() && !`${value}${id}`.includes('\0')
      ? [order, value, id]
      : undefined
  } catch {
    return undefined
  }
}

/** Reads one page of a read model as a Relay connection. */
export const connection = async <Row extends { readonly id: string }, Filter, Order extends string>(
  context: GraphqlContext,
  options: {
    readonly name: ReadModelName
    readonly reader: Reader<Row, Filter, Order>
    readonly page: PageArguments
    readonly filter: Filter
    readonly orderBy: Order
    readonly direction: 'ASC' | 'DESC'
  },
): Promise<ConnectionShape<Row>> => {
  const { name, reader, filter, orderBy, direction } = options
  const list = `${name} by ${orderBy}`
  const bounds = pageBounds(options.page)
  const keyset = (argument: 'after' | 'before') => {
    const place = keysetOf(bounds[argument], list, argument)
    if (place === undefined || reader.acceptsKeyset(place, orderBy)) return place
    throw notACursor(argument, list)
  }
  const request: PageRequest<Filter, Order> = {
    ...bounds,
    filter,
    orderBy,
    direction,
    after: keyset('after'),
    before: keyset('before'),
  }
  const own = ownWrite(context, name)
  const page = await reader.page(request, own.lookFor)
  own.check(page)
  context.state.served.note(name, page)
  const edges = page.rows.map((node) => ({
    cursor: cursorOf(list, reader.keyset(node, orderBy)),
    node,
  }))
  return {
    edges,
    pageInfo: pageInfo(edges, page, request),
    checkpoint: page.checkpoint,
    count: () => reader.count(filter),
  }
}

const pageInfo = <Row, Filter, Order extends string>(
  edges: readonly EdgeShape<unknown>[],
  { more }: Page<Row>,
  { from, after, before }: PageRequest<Filter, Order>,
): PageInfoShape => ({
  hasNextPage: from === 'START' ? more : before !== undefined,
  hasPreviousPage: from === 'END' ? more : after !== undefined,
  startCursor: edges.at(0)?.cursor ?? null,
  endCursor: edges.at(-1)?.cursor ?? null,
})
