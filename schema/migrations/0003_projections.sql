-- Where each projection stands. The tables of the read models themselves are made by the projection
-- engine, one for each version and generation, from the shape declared beside the code that reads them.

create schema if not exists read;

create table read.projections (
  name text collate "C" not null,
  -- the read model's version in code: each version has tables of its own
  version integer not null check (version > 0),
  -- a rebuild fills a new generation beside the served one
  generation text collate "C" not null check (generation ~ '^[a-z]{1,8}$'),
  checkpoint bigint not null default 0 check (checkpoint >= 0),
  served boolean not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (name, version, generation)
) with (fillfactor = 10);

create unique index projections_served on read.projections (name, version) where served;
