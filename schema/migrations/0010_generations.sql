-- What rebuilds need: which generation of a read model is filled, serves or retires, who fills it, and
-- which live processes read which one.
--
-- A generation is building until it serves, and retiring from the moment another one serves in its place:
--   building   not served, retired_at is null
--   serving    served
--   retiring   retired_at is not null: projected until no live process reads it, and then dropped
alter table read.projections
  add column started_at timestamptz not null default clock_timestamp(),
  add column retired_at timestamptz,
  -- the share of its time that whoever builds may work
  add column duty real not null default 1 check (duty > 0 and duty <= 1),
  -- who builds at present, until when others leave it to them, and since when and from where they have:
  -- what its events per second are reckoned from
  add column builder uuid,
  add column builder_until timestamptz,
  add column built_since timestamptz,
  add column built_from bigint,
  -- what the last comparison found: rows looked at, and rows that the generation before had otherwise
  add column verified_rows bigint,
  add column differing_rows bigint,
  -- why nobody may go on building it; it can only be cancelled
  add column failure text,
  add constraint projections_state check (not served or retired_at is null);

-- Of two operators who start the same rebuild one wins.
create unique index projections_building on read.projections (name, version)
  where not served and retired_at is null;

-- A letter is never used twice: a process that slept would take the new table for the one it knows.
create sequence read.generations start 2;

-- Which generation each process reads. It is live for a short time after it was last seen.
create table read.readers (
  process uuid not null,
  name text collate "C" not null,
  version integer not null,
  generation text collate "C" not null,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (process, name, version)
) with (fillfactor = 50);
