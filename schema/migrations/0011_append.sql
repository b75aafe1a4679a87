-- log.append takes data and metadata as jsonb. As text they were parsed by the insert, under the lock on the log;
-- as jsonb they are while the batch is received, when another one may still commit. It answers with the time at
-- which it recorded the batch as well: who appended can hand the events to its own followers as they would have read
-- them. Nothing else is new.
--
-- Every look-up that the judgement makes was weighed as well. Of 21.9 µs an event in batches of 128 (39.5 in
-- batches of 16), the two index probes for what is to be written anyway take 2.0 (1.3): to let the unique
-- indexes refuse instead would leave dead rows behind for each conflict. The index on correlation ids takes 1.0
-- (0.6), and half of that for a partial one. The isolation check, the lock and the settings below cost nothing
-- that could be told from noise; without the settings, each call is planned anew (40 µs).

drop function log.append(text[], integer[], integer[], text[], uuid[], text[], text[], text[], text[], integer[],
  integer[], integer[], text[], integer[], text[]);

-- Appends a batch of commands as if they came one after another, in array order. Each gets an outcome
-- of its own: appended, duplicate (the receipt is the stored one), conflict (version is the stream's)
-- or forgotten (the person's key is destroyed, by now or by an earlier command of the batch).
--
-- A command decided on what an earlier one of the batch has not committed yet names it as its
-- predecessor. It is a conflict unless that very one was appended by this very call, whatever the
-- version says: a number is no identity, and somebody else may have written that version.
--
-- Where all is appended, the answer is one row: outcome `all`, and the log's position before the batch.
-- Each row bears the time at which what the call appended was recorded.
create function log.append(
  -- one element a command
  streams text[],
  expected_versions integer[],
  predecessors integer[],
  scopes text[],
  command_ids uuid[],
  fingerprints text[],
  subjects text[],
  -- whose key ends with the command
  forgets text[],
  metadatas jsonb[],
  event_counts integer[],
  -- one element an event: its command and its place in it, both from 1, in this order
  commands integer[],
  places integer[],
  types text[],
  schema_versions integer[],
  datas jsonb[]
) returns table (outcome text, stream text, version integer, "position" bigint, fingerprint text,
  recorded_at timestamptz)
language plpgsql volatile
-- A plan made anew for each batch cost a single command a third of its time, and one plan for all is
-- also one that no statistics can turn into a scan.
set plan_cache_mode = force_generic_plan
-- Made while the tables were small, that plan would scan them, and be kept while they grow.
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  n constant integer := cardinality(streams);
  head_position bigint;
  recorded timestamptz;
  next_position bigint;
  clean boolean;
  forgetting constant boolean := array_remove(forgets, null) <> '{}';
  -- whose keys end with commands of this batch
  ended text[] := '{}';
  -- what the table says before the batch
  base_versions integer[];
  forgotten boolean[];
  stored_streams text[];
  stored_versions integer[];
  stored_positions bigint[];
  stored_fingerprints text[];
  -- the batch's own past: the nearest earlier command on the stream, and with the same command id
  prior_on_stream integer[];
  prior_of_command integer[];
  -- what each command was given
  current integer;
  prior integer;
  owner integer;
  owners integer[];
  versions integer[];
  outcomes text[];
  out_streams text[];
  out_versions integer[];
  out_positions bigint[];
  out_fingerprints text[];
begin
  -- Under REPEATABLE READ the statements below would not see what the previous holder of the lock
  -- committed, and every contended append would fail.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'log.append needs READ COMMITTED; this transaction is %.', current_setting('transaction_isolation')
      using errcode = 'invalid_transaction_state', hint = 'Set default_transaction_isolation to read committed for this role.';
  end if;

  -- Held until the commit is visible: that makes positions dense and puts them in commit order. The number
  -- is arbitrary; nothing else in this database may take it.
  perform pg_advisory_xact_lock(7224117100216531814);
  -- A new statement, so a new snapshot: it and those below see all that was committed before the lock was ours.
  select e.position, e.recorded_at into head_position, recorded
  from log.events e order by e.position desc limit 1;
  head_position := coalesce(head_position, 0);
  recorded := greatest(recorded, clock_timestamp());

  -- Nearly every batch is clean: each stream stands where its command expects it, no command was here
  -- before, nobody is forgotten, and nothing in the batch meets anything else but by a chain.
  --
  -- Scalar subqueries with a limit, not EXISTS: under OR the planner turns that into a hash of the whole
  -- table (1,000 µs a command with 40,000 events, and growing).
  if forgetting then
    clean := false;
  elsif n = 1 and cardinality(commands) = 1 then
    -- One event on its own needs no look before whether it is new: if any unique index knows it already, nothing
    -- is written. What else there is to look for is asked only where there is something to ask, and not in the
    -- insert: to make such subqueries ready took 18 of its 215 µs, whether they were run or not.
    clean := predecessors[1] is null;
    if clean and expected_versions[1] <> 0 then
      perform from log.events e where e.stream = streams[1] and e.version = expected_versions[1] limit 1;
      clean := found;
    end if;
    if clean and subjects[1] is not null then
      perform from log.subject_keys k where k.subject = subjects[1] and k.destroyed_at is not null limit 1;
      clean := not found;
    end if;
    if clean then
      insert into log.events (position, stream, version, type, schema_version, data, metadata, recorded_at,
        command_id, command_scope, command_fingerprint)
      values (head_position + 1, streams[1], expected_versions[1] + 1, types[1], schema_versions[1], datas[1],
        metadatas[1], recorded, command_ids[1], scopes[1], decode(fingerprints[1], 'hex'))
      on conflict do nothing;
      clean := found;
    end if;
  else
    select
      count(distinct c.stream) filter (where c.predecessor is null)
        = count(*) filter (where c.predecessor is null)
      and count(distinct c.predecessor) = count(c.predecessor)
      and count(distinct c.command_id) = n
      and bool_and(coalesce(
        case
          when c.predecessor is not null then
            c.predecessor < c.i
            and streams[c.predecessor] = c.stream
            and expected_versions[c.predecessor] + event_counts[c.predecessor] = c.expected
          else
            (c.expected = 0
              or (select 1 from log.events e
                  where e.stream = c.stream and e.version = c.expected limit 1) is not null)
            and (select 1 from log.events e
                 where e.stream = c.stream and e.version = c.expected + 1 limit 1) is null
        end
        and (select 1 from log.events e
             where e.command_id = c.command_id and e.command_scope = c.scope limit 1) is null
        and (c.subject is null
          or (select 1 from log.subject_keys k
              where k.subject = c.subject and k.destroyed_at is not null limit 1) is null), false))
    into clean
    from unnest(streams, expected_versions, predecessors, scopes, command_ids, subjects) with ordinality
      as c(stream, expected, predecessor, scope, command_id, subject, i);

    if clean then
      insert into log.events (position, stream, version, type, schema_version, data, metadata, recorded_at,
        command_id, command_scope, command_fingerprint)
      select
        head_position + e.i, c.stream, c.expected + e.place, e.type, e.schema_version, e.data,
        c.metadata, recorded,
        case when e.place = c.event_count then c.command_id end,
        case when e.place = c.event_count then c.scope end,
        case when e.place = c.event_count then decode(c.fingerprint, 'hex') end
      from unnest(commands, places, types, schema_versions, datas) with ordinality
        as e(command, place, type, schema_version, data, i)
      join unnest(streams, expected_versions, scopes, command_ids, fingerprints, metadatas, event_counts)
        with ordinality as c(stream, expected, scope, command_id, fingerprint, metadata, event_count, i)
        on c.i = e.command;
    end if;
  end if;

  if clean then
    outcome := 'all';
    "position" := head_position;
    recorded_at := recorded;
    return next;
    return;
  end if;

  owners := array_fill(null::integer, array[n]);
  versions := array_fill(0, array[n]);
  outcomes := array_fill(null::text, array[n]);
  out_streams := streams;
  out_versions := array_fill(null::integer, array[n]);
  out_positions := array_fill(null::bigint, array[n]);
  out_fingerprints := array_fill(null::text, array[n]);
  next_position := head_position + 1;

  -- Each lateral ends in `limit 1`, which keeps the planner from turning index probes into a scan.
  select
    array_agg(coalesce(last.version, 0) order by c.i),
    array_agg(coalesce(key.destroyed, false) order by c.i),
    array_agg(receipt.stream order by c.i),
    array_agg(receipt.version order by c.i),
    array_agg(receipt.position order by c.i),
    array_agg(receipt.fingerprint order by c.i),
    array_agg(c.prior_on_stream order by c.i),
    array_agg(c.prior_of_command order by c.i)
  into base_versions, forgotten, stored_streams, stored_versions, stored_positions, stored_fingerprints,
    prior_on_stream, prior_of_command
  from (
    select u.i::integer as i, u.stream, u.scope, u.command_id, u.subject,
      lag(u.i) over (partition by u.stream order by u.i)::integer as prior_on_stream,
      lag(u.i) over (partition by u.command_id, u.scope order by u.i)::integer as prior_of_command
    from unnest(streams, scopes, command_ids, subjects) with ordinality as u(stream, scope, command_id, subject, i)
  ) c
  left join lateral (
    select e.version from log.events e where e.stream = c.stream order by e.version desc limit 1
  ) last on true
  left join lateral (
    select e.stream, e.version, e.position, encode(e.command_fingerprint, 'hex') as fingerprint
    from log.events e where e.command_id = c.command_id and e.command_scope = c.scope limit 1
  ) receipt on true
  left join lateral (
    select k.destroyed_at is not null as destroyed from log.subject_keys k where k.subject = c.subject limit 1
  ) key on true;

  for i in 1..n loop
    prior := prior_on_stream[i];
    current := case when prior is null then base_versions[i] else versions[prior] end;
    versions[i] := current;
    prior := prior_of_command[i];
    owner := case when prior is null then null else owners[prior] end;
    if stored_positions[i] is not null then
      outcomes[i] := 'duplicate';
      out_streams[i] := stored_streams[i];
      out_versions[i] := stored_versions[i];
      out_positions[i] := stored_positions[i];
      out_fingerprints[i] := stored_fingerprints[i];
    elsif owner is not null then
      owners[i] := owner;
      outcomes[i] := 'duplicate';
      out_streams[i] := streams[owner];
      out_versions[i] := out_versions[owner];
      out_positions[i] := out_positions[owner];
      out_fingerprints[i] := fingerprints[owner];
    elsif forgotten[i] or subjects[i] = any (ended) then
      outcomes[i] := 'forgotten';
    elsif expected_versions[i] <> current
      or predecessors[i] is not null and owners[predecessors[i]] is distinct from predecessors[i] then
      outcomes[i] := 'conflict';
      out_versions[i] := current;
    else
      owners[i] := i;
      outcomes[i] := 'appended';
      versions[i] := current + event_counts[i];
      out_versions[i] := versions[i];
      next_position := next_position + event_counts[i];
      out_positions[i] := next_position - 1;
      if forgets[i] is not null then
        ended := ended || forgets[i];
      end if;
    end if;
  end loop;

  if next_position > head_position + 1 then
    insert into log.events (position, stream, version, type, schema_version, data, metadata, recorded_at,
      command_id, command_scope, command_fingerprint)
    select
      c.last_position - c.event_count + e.place, c.stream, c.last_version - c.event_count + e.place,
      e.type, e.schema_version, e.data, c.metadata, recorded,
      case when e.place = c.event_count then c.command_id end,
      case when e.place = c.event_count then c.scope end,
      case when e.place = c.event_count then decode(c.fingerprint, 'hex') end
    from unnest(commands, places, types, schema_versions, datas) as e(command, place, type, schema_version, data)
    join unnest(streams, scopes, command_ids, fingerprints, metadatas, event_counts, outcomes,
        out_versions, out_positions) with ordinality
      as c(stream, scope, command_id, fingerprint, metadata, event_count, outcome,
        last_version, last_position, i)
      on c.i = e.command
    where c.outcome = 'appended';
  end if;

  -- A key ends in the commit of the command that says so, under the lock that orders the log: whatever was
  -- sealed with it stands before that command's events, and nothing after. The tombstone stands even where
  -- there never was a key.
  if cardinality(ended) > 0 then
    insert into log.subject_keys as k (subject, wrapped_key, destroyed_at)
    select distinct e.subject, null::bytea, recorded from unnest(ended) as e(subject)
    on conflict (subject) do update set wrapped_key = null, destroyed_at = excluded.destroyed_at
      where k.destroyed_at is null;
    delete from log.snapshots s where s.subject = any (ended);
  end if;

  return query
  select o.*, recorded
  from unnest(outcomes, out_streams, out_versions, out_positions, out_fingerprints) as o;
end
$$;
