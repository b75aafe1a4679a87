-- A person's key ends in the commit of the command that says so, under the lock that orders the log:
-- whatever was sealed for them stands before that command's events, and nothing after. There is no
-- moment at which a crash could leave one without the other.
--
-- The body is that of 0002 with `forgets` and `ended`. Its outcomes, too: appended, duplicate (the receipt
-- is the stored one), conflict (version is the stream's) or forgotten (the person's key is destroyed, by
-- now or by an earlier command of the batch).

drop function log.append(text[], integer[], text[], uuid[], text[], text[], text[], integer[], integer[], text[],
  integer[], text[]);

create function log.append(
  -- one element a command
  streams text[],
  expected_versions integer[],
  scopes text[],
  command_ids uuid[],
  fingerprints text[],
  subjects text[],
  metadatas text[],
  event_counts integer[],
  -- one element an event; commands counts from 1, and a command's events stand together
  commands integer[],
  types text[],
  schema_versions integer[],
  datas text[],
  -- one element a command again: whose key ends with it; last, so that older releases need not say it
  forgets text[] default null
) returns table (outcome text, stream text, version integer, "position" bigint, fingerprint text)
language plpgsql volatile
-- A plan made anew for each batch cost a single command a third of its time (0.73 ms against 0.52), and
-- one plan for all is also one that no statistics can turn into a scan.
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  n constant integer := cardinality(streams);
  head_position bigint;
  recorded timestamptz;
  next_position bigint;
  -- what the table says before the batch
  base_versions integer[];
  forgotten boolean[];
  -- whose keys end with commands of this batch
  ended text[] := '{}';
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
  owners integer[] := array_fill(null::integer, array[n]);
  versions integer[] := array_fill(0, array[n]);
  outcomes text[] := array_fill(null::text, array[n]);
  out_streams text[] := streams;
  out_versions integer[] := array_fill(null::integer, array[n]);
  out_positions bigint[] := array_fill(null::bigint, array[n]);
  out_fingerprints text[] := array_fill(null::text, array[n]);
  event_offsets integer[] := array_fill(0, array[n]);
  event_offset integer := 0;
begin
  -- Under REPEATABLE READ the statements below would not see what the previous holder of the lock
  -- committed, and every contended append would fail.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'log.append needs READ COMMITTED; this transaction is %.', current_setting('transaction_isolation')
      using errcode = 'invalid_transaction_state', hint = 'Set default_transaction_isolation to read committed for this role.';
  end if;

  select h.position, h.recorded_at into strict head_position, recorded from log.log_head h for update;
  recorded := greatest(recorded, clock_timestamp());
  next_position := head_position + 1;

  -- A new statement, so a new snapshot: it sees all that was committed before the lock was ours.
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
    event_offsets[i] := event_offset;
    event_offset := event_offset + event_counts[i];

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
    elsif expected_versions[i] <> current then
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
      e.type, e.schema_version, e.data::jsonb, c.metadata::jsonb, recorded,
      case when e.place = c.event_count then c.command_id end,
      case when e.place = c.event_count then c.scope end,
      case when e.place = c.event_count then decode(c.fingerprint, 'hex') end
    from (
      select u.*, (u.j - event_offsets[u.command])::integer as place
      from unnest(commands, types, schema_versions, datas) with ordinality
        as u(command, type, schema_version, data, j)
    ) e
    join unnest(streams, scopes, command_ids, fingerprints, metadatas, event_counts, outcomes,
        out_versions, out_positions) with ordinality
      as c(stream, scope, command_id, fingerprint, metadata, event_count, outcome,
        last_version, last_position, i)
      on c.i = e.command
    where c.outcome = 'appended';

    update log.log_head set position = next_position - 1, recorded_at = recorded;
  end if;

  -- The tombstone stands even where there never was a key.
  if cardinality(ended) > 0 then
    insert into log.subject_keys as k (subject, wrapped_key, destroyed_at)
    select distinct e.subject, null::bytea, recorded from unnest(ended) as e(subject)
    on conflict (subject) do update set wrapped_key = null, destroyed_at = excluded.destroyed_at
      where k.destroyed_at is null;
  end if;

  return query
  select * from unnest(outcomes, out_streams, out_versions, out_positions, out_fingerprints);
end
$$;
