-- The letter of a table that is gone is given to another one. What was skipped in the first is none of its
-- business, and must not stand in the way of skipping the same event again.

alter table read.skipped_events
  -- when the generation was started for which this was decided
  add column generation_started_at timestamptz not null default '-infinity';

update read.skipped_events s set generation_started_at = p.started_at
from read.projections p
where (p.name, p.version, p.generation) = (s.name, s.version, s.generation);

alter table read.skipped_events
  alter column generation_started_at drop default,
  drop constraint skipped_events_pkey,
  add primary key (name, version, generation, generation_started_at, stream, stream_version);
