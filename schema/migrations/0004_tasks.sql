-- What the processes have been asked to do and have not done yet. A task that is done is deleted.

create schema process;

-- How far each process has read the log: every event up to here was given to it, once.
create table process.followers (
  process text collate "C" primary key,
  checkpoint bigint not null default 0 check (checkpoint >= 0),
  updated_at timestamptz not null default clock_timestamp()
) with (fillfactor = 10);

create table process.tasks (
  -- Derived from what asked for the task, and fixed with it: also the command's id and the key that
  -- makes a call at the gateway idempotent.
  id uuid primary key,
  -- The order in which tasks were asked for. A process's follower writes alone, so it is the log's order.
  sequence bigint not null generated always as identity,
  process text collate "C" not null,
  name text collate "C" not null,
  target text collate "C" not null,
  -- Tasks of one key are carried out one after another.
  key text collate "C" not null,
  -- The kind of work: each lane has its own slots, so that slow calls take none from commands.
  lane text collate "C" not null,
  work jsonb not null,
  -- the event that, in the end, caused it
  stream text collate "C" not null,
  version integer not null,
  position bigint not null,
  correlation_id text not null,
  traceparent text,
  -- the task whose answer asked for this one; null when an event did
  parent uuid,
  asked_at timestamptz not null default clock_timestamp(),
  -- From then on it stands in its key's line: a deadline must not hold up what is to be done before.
  starts_at timestamptz not null,
  -- when it is tried next; a retry moves it and keeps its place in the line
  due_at timestamptz not null,
  expires_at timestamptz,
  -- counted when claimed, so that a task that kills its process is parked in the end, too
  attempts integer not null default 0,
  attempts_max integer not null check (attempts_max > 0),
  claim uuid,
  claimed_until timestamptz,
  parked_at timestamptz,
  -- the names and codes of what went wrong last, never a message: those may hold personal data
  error text,
  check ((claim is null) = (claimed_until is null)),
  check (claim is null or parked_at is null)
);

create index tasks_due on process.tasks (process, lane, due_at) where parked_at is null;
create index tasks_line on process.tasks (process, key, sequence);

-- Whatever two workers believe at the same moment, only one of them can hold a key.
create unique index tasks_one_claim_a_key on process.tasks (process, key) where claim is not null;

-- What an operator decided not to have done, and why.
create table process.skipped_tasks (
  id uuid primary key,
  process text collate "C" not null,
  name text collate "C" not null,
  target text collate "C" not null,
  key text collate "C" not null,
  stream text collate "C" not null,
  version integer not null,
  attempts integer not null,
  error text,
  reason text not null,
  skipped_by text not null,
  skipped_at timestamptz not null default clock_timestamp()
);
