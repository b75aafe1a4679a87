import { sql } from 'kysely'
import type { Shop } from './shop.ts'

/**
 * As if another server were at work on a task of each of these keys, and had not come to its end: whatever
 * is asked for under them afterwards waits, so that a state stands still that lasts for moments otherwise.
 */
export const busyElsewhere = async (
  { application }: Shop,
  process: 'fulfilment' | 'payments',
  keys: readonly string[],
): Promise<void> => {
  await sql`insert into process.tasks (id, process, name, target, key, lane, work, stream, version,
      position, correlation_id, starts_at, due_at, attempts, attempts_max, claim, claimed_until)
    select gen_random_uuid(), ${process}, 'AtWorkElsewhere', '', key, 'command', '{}', key, 1,
      1, '', now(), now(), 1, 1, gen_random_uuid(), now() + interval '1 hour'
    from unnest(${[...keys]}::text[]) as key`.execute(application.database.kysely)
}
