import { query } from './fresh-database.ts'

export interface InlineShare {
  readonly orders: number
  /** Of these, the ones whose row was written by the very transaction that wrote the event it shows. */
  readonly inline: number
  readonly upTo: string
}

/** How many orders were projected by their appender, of those placed since. */
export const inlineShare = async (url: string, since: string): Promise<InlineShare> => {
  const [table] = await query<{ readonly name: string }>(
    url,
    `select format('read.orders_v%s_%s', version, generation) as name
     from read.projections where name = 'orders' and served`,
  )
  const [found] = await query<{ orders: number; inline: number; upTo: string }>(
    url,
    `select count(*)::int as orders, count(*) filter (where o.xmin = e.xmin)::int as inline,
       coalesce(max(o.position), $1)::text as "upTo"
     from ${table?.name} o join log.events e on e.position = o.position where o.position > $1::bigint`,
    [since],
  )
  return found ?? { orders: 0, inline: 0, upTo: since }
}
