-- Folded states of long streams, so that a process that knows a stream's state of before, or none, need
-- not read all of it. Only ever a starting point: what came later is folded on top, and a snapshot whose
-- event does not stand in the log is not used.

create table log.snapshots (
  stream text collate "C" primary key,
  -- the last event that is folded in
  version integer not null check (version > 0),
  position bigint not null,
  -- the form of the state: a release reads its own form alone
  state_version integer not null,
  -- personal details are sealed in it as they are in events
  state jsonb not null,
  -- whose details those are
  subject text collate "C",
  taken_at timestamptz not null default clock_timestamp()
);

create index snapshots_subject on log.snapshots (subject) where subject is not null;

-- What a process does not know yet of the streams it is about to decide on. For each of them the event
-- that it knows last, or that a snapshot ends with (no type; `data` is the snapshot's state, if it is
-- one), and the events after it. A stream whose known event is not there has no row.
create function log.tails(
  streams text[],
  -- the last event that is known of each, 0 for none
  known_versions integer[],
  -- the form in which a snapshot can be read, 0 for none
  state_versions integer[],
  -- how many events a snapshot has to save to be worth its reading
  saving integer,
  page integer
) returns table (
  i integer, "position" bigint, version integer, type text, schema_version smallint, data jsonb,
  command_id uuid
)
language plpgsql stable
-- One plan for all calls, and never a scan of the log: a plan made while the log was nearly empty would
-- prefer one, and be kept while the log grows.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select known.i, e.position, e.version,
    case when e.version > known.version then e.type end,
    case when e.version > known.version then e.schema_version end,
    case when e.version > known.version then e.data else known.state end,
    e.command_id
  from (
    select u.i::integer as i, u.stream, coalesce(s.version, u.version) as version, s.state
    from unnest(streams, known_versions, state_versions) with ordinality
      as u(stream, version, state_version, i)
    left join lateral (
      select s.version, s.state from log.snapshots s
      where s.stream = u.stream and s.state_version = u.state_version and s.version > u.version + saving
        and exists (
          select from log.events e
          where e.stream = s.stream and e.version = s.version and e.position = s.position
        )
      limit 1
    ) s on true
  ) known
  cross join lateral (
    select e.position, e.version, e.type, e.schema_version, e.data, e.command_id
    from log.events e where e.stream = known.stream and e.version >= known.version
    order by e.version limit page + 1
  ) e
  order by known.i, e.version;
end
$$;
