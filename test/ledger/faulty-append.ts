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

// A batch is looked at twice: whether it is clean, so that it can be written as it is, and if not,
// command by command. Most bugs have to be made in both.
const LOCK = 'perform pg_advisory_xact_lock(7224117100216531814);'
const HEAD = 'head_position := coalesce(head_position, 0);'
const RECEIPT = 'where e.command_id = c.command_id and e.command_scope = c.scope limit 1) is null'
const JUDGED_RECEIPT = `where e.command_id = c.command_id and e.command_scope = c.scope limit 1
  ) receipt on true`
const OWN_IDS = 'and count(distinct c.command_id) = n'
const VERSION_FREE = `and (select 1 from log.events e
                 where e.stream = c.stream and e.version = c.expected + 1 limit 1) is null`
const VERSION_THERE = `(c.expected = 0
              or (select 1 from log.events e
                  where e.stream = c.stream and e.version = c.expected limit 1) is not null)`
const JUDGED_VERSION = 'elsif expected_versions[i] <> current'

export const SQL_FAULTS: readonly SqlFault[] = [
  {
    name: 'receipts are not looked up',
    replaced: [
      [RECEIPT, 'where false limit 1) is null'],
      [JUDGED_RECEIPT, 'where false limit 1) receipt on true'],
    ],
    unguarded: [NO_RECEIPT_INDEX],
    found: 'doubled',
  },
  {
    name: 'receipts are looked up without their scope',
    replaced: [
      [RECEIPT, RECEIPT.replace(' and e.command_scope = c.scope', '')],
      [JUDGED_RECEIPT, JUDGED_RECEIPT.replace(' and e.command_scope = c.scope', '')],
    ],
    found: 'refusal-unexplained',
  },
  {
    name: 'the version is not checked',
    replaced: [[JUDGED_VERSION, 'elsif false']],
    found: 'basis-changed',
  },
  {
    name: 'an old version is good enough',
    replaced: [[JUDGED_VERSION, 'elsif expected_versions[i] > current']],
    found: 'basis-changed',
  },
  {
    name: 'a clean batch is written without a look at what stands there by now',
    replaced: [[VERSION_FREE, '']],
    unguarded: [NO_VERSION_INDEX],
    found: 'version-gap',
  },
  {
    name: 'a clean batch is written without a look at what it was decided on',
    replaced: [[VERSION_THERE, 'true']],
    found: 'version-gap',
  },
  {
    name: 'whatever has the number of the predecessor is good enough',
    replaced: [
      [
        'or predecessors[i] is not null and owners[predecessors[i]] is distinct from predecessors[i] then',
        'then',
      ],
    ],
    found: 'basis-changed',
  },
  {
    name: 'the lock is not taken',
    replaced: [[LOCK, 'null;']],
    unguarded: [NO_POSITION_INDEX, NO_VERSION_INDEX, NO_RECEIPT_INDEX],
    found: 'position-gap',
  },
  {
    name: 'the lock is let go before the commit',
    replaced: [
      [LOCK, 'perform pg_advisory_lock(42);'],
      [HEAD, `${HEAD} perform pg_advisory_unlock(42);`],
    ],
    unguarded: [NO_POSITION_INDEX, NO_VERSION_INDEX, NO_RECEIPT_INDEX],
    found: 'position-gap',
  },
  {
    name: 'positions come from a sequence, outside of the lock',
    replaced: [
      [LOCK, 'null;'],
      [
        HEAD,
        `perform pg_advisory_lock(42);
         head_position := setval('log.positions',
           nextval('log.positions') + cardinality(commands) - 1) - cardinality(commands);
         perform pg_advisory_unlock(42);`,
      ],
    ],
    unguarded: ['create sequence log.positions'],
    found: 'skipped',
  },
  {
    name: 'a position is left out by each batch',
    replaced: [[HEAD, 'head_position := coalesce(head_position + 1, 0);']],
    found: 'position-gap',
  },
  {
    name: 'a repetition within the batch is not seen',
    replaced: [
      [OWN_IDS, ''],
      ['elsif owner is not null then', 'elsif false then'],
    ],
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
    name: 'the clock is believed when it goes back',
    replaced: [
      [
        'recorded := greatest(recorded, clock_timestamp());',
        `recorded := clock_timestamp() - (head_position % 2) * interval '1 second';`,
      ],
    ],
    found: 'time-fell',
  },
  {
    name: 'the versions of a command run backwards',
    replaced: [
      [
        'head_position + e.i, c.stream, c.expected + e.place,',
        'head_position + e.i, c.stream, c.expected + c.event_count + 1 - e.place,',
      ],
    ],
    found: 'version-gap',
  },
  {
    name: 'the receipt stands on the first event of a command',
    replaced: [
      [
        `case when e.place = c.event_count then c.command_id end,
        case when e.place = c.event_count then c.scope end,
        case when e.place = c.event_count then decode(c.fingerprint, 'hex') end
      from unnest(commands, places, types, schema_versions, datas) with ordinality`,
        `case when e.place = 1 then c.command_id end,
        case when e.place = 1 then c.scope end,
        case when e.place = 1 then decode(c.fingerprint, 'hex') end
      from unnest(commands, places, types, schema_versions, datas) with ordinality`,
      ],
    ],
    found: 'command-torn',
  },
  {
    name: 'a clean batch is told the position behind it, not before it',
    replaced: [
      ['"position" := head_position;', '"position" := head_position + cardinality(commands);'],
    ],
    found: 'receipt-wrong',
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
