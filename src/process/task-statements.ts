// Each of these is one statement that commits by itself: no transaction is ever open while anything
// else happens, and a process that dies leaves nothing half done.

export const PREPARE = `insert into process.followers (process) values ($1) on conflict do nothing`
export const CHECKPOINT = `select checkpoint from process.followers where process = $1`

const TASK_FIELDS = `task_id, process, name, target, key, lane, work, stream, version, position,
  correlation_id, traceparent, parent, starts_at, expires_at, attempts_max`

/** The tasks of arrays $1 to $16 in their order; `guard` holds the rows without which none is stored. */
const storeTasks = (guard: string): string => `insert into process.tasks
    (id, process, name, target, key, lane, work, stream, version, position, correlation_id,
      traceparent, parent, starts_at, due_at, expires_at, attempts_max)
  select t.task_id::uuid, t.process, t.name, t.target, t.key, t.lane, t.work::jsonb, t.stream,
    t.version::integer, t.position::bigint, t.correlation_id, t.traceparent, t.parent::uuid,
    coalesce(t.starts_at::timestamptz, now()), coalesce(t.starts_at::timestamptz, now()),
    t.expires_at::timestamptz, t.attempts_max::integer
  from unnest(${Array.from({ length: 16 }, (_, i) => `$${i + 1}::text[]`).join(', ')})
    with ordinality as t(${TASK_FIELDS}, place)
  ${guard}
  order by t.place`

// The second of two that move the same checkpoint waits for the first, then looks again, finds it
// moved, and so stores nothing. A task that a worker is just claiming is left to it: waiting for it could
// mean waiting for each other, and what it does then is judged by the stream.
export const ADVANCE = `with moved as (
  update process.followers set checkpoint = $19::bigint, updated_at = clock_timestamp()
  where process = $17 and checkpoint = $18::bigint returning process
), withdrawn as (
  delete from process.tasks t using moved where t.id in (
    select id from process.tasks
    where process = $17 and key = any ($20::text[]) and claim is null and attempts = 0
    for update skip locked
  )
), stored as (${storeTasks('cross join moved')} returning id)
select (select count(*) from moved) as moved, (select count(*) from stored) as stored`

// A worker that comes too late finds another's claim, or no task: it deletes nothing, and what its
// answer asks for is not stored.
export const COMPLETE = `with done as (
  delete from process.tasks t using unnest($17::text[], $18::text[]) as d(id, claim)
  where t.id = d.id::uuid and t.claim = d.claim::uuid returning t.id
), stored as (${storeTasks('join done on done.id = t.parent::uuid')} returning id)
select done.id, (select count(*) from stored) as stored from done`

// A task whose claim has run out goes first in its key, as it may have been begun; otherwise the
// earliest that stands in the line, be it parked or waiting to be tried again.
export const CLAIM = `with picked as (
  select t.id from process.tasks t
  where t.process = $1 and t.lane = $2 and t.parked_at is null and t.due_at <= now()
    and (t.claim is null or t.claimed_until <= now())
    and (t.claim is not null or not exists (
      select 1 from process.tasks o
      where o.process = t.process and o.key = t.key and o.id <> t.id
        and (o.claim is not null or (o.sequence < t.sequence and o.starts_at <= now()))
    ))
  order by t.due_at, t.sequence limit $3 for update skip locked
)
update process.tasks t set claim = gen_random_uuid(), attempts = t.attempts + 1,
  claimed_until = clock_timestamp() + $4::double precision * interval '1 millisecond'
from picked where t.id = picked.id
returning t.id, t.claim, t.sequence, t.name, t.target, t.key, t.work, t.stream, t.version, t.position,
  t.correlation_id, t.traceparent, t.attempts, t.attempts_max,
  (extract(epoch from t.expires_at - clock_timestamp()) * 1000)::double precision as left_ms`

export const RETRY_LATER = `update process.tasks set claim = null, claimed_until = null, error = $3,
  due_at = clock_timestamp() + $4::double precision * interval '1 millisecond'
where id = $1 and claim = $2 returning id`
export const RELEASE = `update process.tasks set claim = null, claimed_until = null, attempts = attempts - 1
where id = $1 and claim = $2 returning id`
export const PARK = `update process.tasks set claim = null, claimed_until = null, error = $3,
  parked_at = clock_timestamp() where id = $1 and claim = $2 returning id`
