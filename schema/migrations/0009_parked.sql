-- Streams that a projection holds back since it could not project one of their events.

alter table read.projections
  -- streams held back at the checkpoint: who reads it learns in the same row that there is nothing to ask
  add column parked integer not null default 0 check (parked >= 0),
  -- How often rows were changed without the checkpoint, which is otherwise what tells that they were,
  -- and the checkpoint at which that happened last.
  add column repairs bigint not null default 0,
  add column repaired_at bigint not null default 0;

create table read.parked_streams (
  -- the order they were parked in, for lists
  sequence bigint not null generated always as identity,
  name text collate "C" not null,
  version integer not null,
  generation text collate "C" not null,
  stream text collate "C" not null,
  -- The first event that is held back; it and all later ones of its stream stay in the log alone.
  position bigint not null,
  stream_version integer not null,
  -- names, codes and a place in the code, never a message: those may hold personal data
  error text not null,
  attempts integer not null default 0,
  parked_at timestamptz not null default clock_timestamp(),
  last_tried_at timestamptz not null default clock_timestamp(),
  primary key (name, version, generation, stream),
  foreign key (name, version, generation) references read.projections on delete cascade
);

-- What an operator decided not to have projected, and why. It outlives the generation it was decided for.
create table read.skipped_events (
  name text collate "C" not null,
  version integer not null,
  generation text collate "C" not null,
  stream text collate "C" not null,
  stream_version integer not null,
  position bigint not null,
  error text not null,
  reason text not null,
  skipped_by text not null,
  skipped_at timestamptz not null default clock_timestamp(),
  primary key (name, version, generation, stream, stream_version)
);
