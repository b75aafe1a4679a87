import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import type { Rule } from './violation.ts'

/** A deliberate bug in the function that appends: a line of it replaced. */
export interface SqlFault {
  readonly name: string
  /** Lines of the function, each replaced by another. It must have them, once. */
  readonly replaced: readonly (readonly [line: string, by: string])[]
  /** Takes away what would turn the bug into an error. */
  readonly unguarded?: readonly string[]
  /** What the checker must say of it. */
  readonly found: Rule
}

const NO_RECEIPT_INDEX = 'drop index log.events_command'
const NO_VERSION_INDEX = 'alter table log.events drop constraint events_stream_version'
const NO_POSITION_INDEX = 'alter table log.events drop constraint events_pkey'

const LOCK =
  'select h.position, h.recorded_at into strict head_position, recorded from log.log_head h for update;'
const RECEIPT = 'where e.command_id = c.command_id and e.command_scope = c.scope limit 1'

export const SQL_FAULTS: readonly SqlFault[] = [
  {
    name: 'receipts are not looked up',
    replaced: [[RECEIPT, 'where false limit 1']],
    unguarded: [NO_RECEIPT_INDEX],
    found: 'doubled',
  },
  {
    name: 'receipts are looked up without their scope',
    replaced: [[RECEIPT, 'where e.command_id = c.command_id limit 1']],
    found: 'refusal-unexplained',
  },
  {
    name: 'the version is not checked',
    replaced: [['elsif expected_versions[i] <> current then', 'elsif false then']],
    found: 'basis-changed',
  },
  {
    name: 'an old version is good enough',
    replaced: [
      ['elsif expected_versions[i] <> current then', 'elsif expected_versions[i] > current then'],
    ],
    found: 'basis-changed',
  },
  {
    name: 'the lock is not taken',
    replaced: [[LOCK, LOCK.replace(' for update', '')]],
    unguarded: [NO_POSITION_INDEX, NO_VERSION_INDEX, NO_RECEIPT_INDEX],
    found: 'position-gap',
  },
  {
    name: 'positions come from a sequence, outside of the lock',
    replaced: [
      [
        LOCK,
        `select h.recorded_at into strict recorded from log.log_head h;
         perform pg_advisory_lock(42);
         head_position := setval('log.positions',
           nextval('log.positions') + cardinality(commands) - 1) - cardinality(commands);
         perform pg_advisory_unlock(42);`,
      ],
    ],
    unguarded: ['create sequence log.positions'],
    found: 'skipped',
  },
  {
    name: 'a repetition within the batch is not seen',
    replaced: [['elsif owner is not null then', 'elsif false then']],
    unguarded: [NO_RECEIPT_INDEX],
    found: 'doubled',
  },
  {
    name: 'what earlier commands of the batch wrote is not seen',
    replaced: [
      [
        'current := case when prior is null then base_versions[i] else versions[prior] end;',
        'current := base_versions[i];',
      ],
    ],
    unguarded: [NO_VERSION_INDEX],
    found: 'version-gap',
  },
  {
    name: 'a stored receipt is told with a wrong version',
    replaced: [
      ['out_versions[i] := stored_versions[i];', 'out_versions[i] := stored_versions[i] + 1;'],
    ],
    found: 'receipt-wrong',
  },
  {
    name: 'a stored receipt is told with a wrong position',
    replaced: [
      ['out_positions[i] := stored_positions[i];', 'out_positions[i] := stored_positions[i] - 1;'],
    ],
    found: 'receipt-wrong',
  },
  {
    name: 'the fingerprint told is the one that was asked with',
    replaced: [
      ['out_fingerprints[i] := stored_fingerprints[i];', 'out_fingerprints[i] := fingerprints[i];'],
    ],
    found: 'content-differs',
  },
  {
    name: 'the time is taken before the lock',
    replaced: [['recorded := greatest(recorded, clock_timestamp());', 'recorded := now();']],
    found: 'time-fell',
  },
  {
    name: 'the events of a command come in any order',
    replaced: [
      [
        '(u.j - event_offsets[u.command])::integer as place',
        '(event_counts[u.command] + 1 - u.j + event_offsets[u.command])::integer as place',
      ],
    ],
    found: 'content-differs',
  },
  {
    name: 'the head runs ahead of the events',
    replaced: [
      [
        'update log.log_head set position = next_position - 1,',
        'update log.log_head set position = next_position,',
      ],
    ],
    found: 'position-gap',
  },
  {
    name: 'a conflict is answered as if the command were in the log',
    replaced: [
      [
        "outcomes[i] := 'conflict';",
        `outcomes[i] := case when current > 3 then 'duplicate' else 'conflict' end;
         out_positions[i] := head_position;
         out_fingerprints[i] := fingerprints[i];`,
      ],
    ],
    found: 'lost',
  },
]

/** Puts the bug into a database. Fails when the function no longer has the line. */
export const applyFault = async (database: Database, fault: SqlFault): Promise<void> => {
  const { rows } = await sql<{ definition: string }>`
    select pg_get_functiondef(p.oid) as definition from pg_proc p
    where p.pronamespace = 'log'::regnamespace and p.proname = 'append'`.execute(database.kysely)
  const [row] = rows
  if (row === undefined || rows.length > 1)
    throw new Error(`There are ${rows.length} functions log.append; the bugs are made for one.`)
  const definition = fault.replaced.reduce(
    (text, [line, by]) => replacedOnce(text, { line, by, fault: fault.name }),
    row.definition,
  )
  for (const statement of [...(fault.unguarded ?? []), definition])
    await sql.raw(statement).execute(database.kysely)
}

const replacedOnce = (
  text: string,
  { line, by, fault }: { readonly line: string; readonly by: string; readonly fault: string },
): string => {
  const parts = text.split(line)
  if (parts.length === 2) return parts.join(by)
  throw new Error(
    `The bug "${fault}" replaces "${line}", which log.append has ${parts.length - 1} times. ` +
      'Write the bug anew for what stands there now.',
  )
}
