-- The log: one row an event, positions dense and in commit order. Appended to by log.append alone.

create schema log;

create table log.events (
  position bigint primary key,
  -- "C": names are compared as bytes; a locale's rules would only make both indexes slower.
  stream text collate "C" not null,
  version integer not null check (version > 0),
  type text collate "C" not null,
  schema_version smallint not null,
  data jsonb not null,
  metadata jsonb not null,
  recorded_at timestamptz not null,
  -- The receipt of a command stands on the last of its events. A table of its own was rejected: it
  -- would cost each command a second heap row for facts that are already here.
  command_id uuid,
  command_scope text collate "C",
  command_fingerprint bytea,
  check ((command_id is null) = (command_scope is null)),
  check ((command_id is null) = (command_fingerprint is null)),
  constraint events_stream_version unique (stream, version)
);

-- The command id leads: a UUIDv7 grows at the index's right edge, a scope would not.
create unique index events_command on log.events (command_id, command_scope) where command_id is not null;

create function log.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'The log is append-only: % on log.% is refused.', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation', hint = 'Record a new event that corrects the old one.';
end
$$;

create trigger events_are_immutable before update or delete or truncate on log.events
  for each statement execute function log.refuse_change();

-- One row. Its lock is what makes positions dense and puts them in commit order.
create table log.log_head (
  only_row boolean primary key default true check (only_row),
  position bigint not null,
  recorded_at timestamptz not null
) with (fillfactor = 10);

insert into log.log_head (position, recorded_at) values (0, 'epoch');

-- The lives of the log. A position of an epoch is good up to where the next epoch starts.
create table log.log_epochs (
  ordinal integer primary key generated always as identity,
  epoch text collate "C" not null unique check (epoch ~ '^[a-z0-9]{4,16}$'),
  starts_after bigint not null,
  opened_at timestamptz not null default clock_timestamp(),
  -- What tells a restored or failed-over log from this one; filled by whoever opens the epoch.
  system_identifier text,
  timeline_id integer,
  log_oid oid
);

insert into log.log_epochs (epoch, starts_after)
values ('k' || substr(md5(gen_random_uuid()::text), 1, 7), 0);

-- One data key a person. A destroyed key stays as a tombstone, so that it is never made again.
create table log.subject_keys (
  subject text collate "C" primary key,
  wrapped_key bytea,
  made_at timestamptz not null default clock_timestamp(),
  destroyed_at timestamptz,
  check ((wrapped_key is null) = (destroyed_at is not null))
);
