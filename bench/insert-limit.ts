import { query } from './fresh-database.ts'
import type { Round } from './figure.ts'
import { ordersTable } from './order-rebuild.ts'

/**
 * The orders of `order-histories.ts`, and of no others, as one aggregate over the log: no refusal, no
 * other kind of event, and in place of what is sealed a text as long as what it opens to.
 */
const SELECT = `
  select o.stream,
    upper(left(right(o.stream, 10), 5)) || '-' || upper(right(o.stream, 5)), null,
    placed->>'customerId', 'Customer 123', 'customer123@example.com',
    '{"name": null, "street": "35 King George", "city": "London", "region": null,
      "postalCode": "WX3 6FW", "country": "GB"}'::jsonb,
    case when delivered is not null then 'COMPLETED' when confirmed is not null then 'CONFIRMED'
      else 'PENDING' end,
    'PENDING',
    case when delivered is not null then 'DELIVERED' when shipped is not null then 'SHIPPED'
      else 'UNFULFILLED' end,
    placed->>'fulfilment', placed->>'currency', l.lines, l.last_line,
    case when shipped is null then '[]'::jsonb else jsonb_build_array(
      (shipped - 'occurredAt' - 'stock') || jsonb_build_object(
        'shippedAt', shipped->'occurredAt', 'deliveredAt', delivered->'occurredAt')) end,
    '[]', '[]', null, null::jsonb, '[]', '[]', l.line_count, l.item_count, l.subtotal, l.discount,
    (placed->>'shippingFee')::bigint, (placed->>'tax')::bigint,
    l.subtotal + (placed->>'shippingFee')::bigint + (placed->>'tax')::bigint, 0, 0, 0,
    (placed->>'occurredAt')::timestamptz, (confirmed->>'occurredAt')::timestamptz, null::timestamptz,
    null, null, (delivered->>'occurredAt')::timestamptz, o.position, o.version
  from (
    select stream, max(position) as position, max(version) as version,
      (array_agg(data) filter (where type = 'OrderPlaced'))[1] as placed,
      (array_agg(data) filter (where type = 'OrderConfirmed'))[1] as confirmed,
      (array_agg(data) filter (where type = 'OrderShipped'))[1] as shipped,
      (array_agg(data) filter (where type = 'OrderDelivered'))[1] as delivered
    from log.events group by stream
  ) o
  cross join lateral (
    select max((x->>'line')::integer) as last_line, count(*) as line_count,
      jsonb_agg(x || jsonb_build_object('cancelled', 0, 'returned', 0, 'reserved', 0, 'awaited', 0,
        'shipped', case when shipped is null then 0 else (x->>'quantity')::integer end,
        'delivered', case when delivered is null then 0 else (x->>'quantity')::integer end)) as lines,
      sum((x->>'quantity')::bigint) as item_count,
      sum((x->>'quantity')::bigint * (x->>'unitPrice')::bigint - (x->>'discount')::bigint) as subtotal,
      sum((x->>'discount')::bigint) as discount
    from jsonb_array_elements(placed->'lines') x
  ) l`

/** One `insert … select` of the same rows into the same table with the same indexes. */
export const insertLimit = async (url: string, events: number): Promise<Round> => {
  const { table } = ordersTable('limit')
  await query(url, `drop table if exists ${table.name}`)
  for (const statement of table.definition) await query(url, statement)
  const columns = table.columns.map((column) => `"${column}"`).join(', ')
  const begunAt = performance.now()
  await query(url, `insert into ${table.name} (${columns}) ${SELECT}`)
  const elapsedMs = performance.now() - begunAt
  return { perSecond: (events / elapsedMs) * 1_000, p50Ms: elapsedMs, p99Ms: elapsedMs }
}
