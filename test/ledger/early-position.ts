import type { SqlFault } from './faulty-append.ts'

const TIME = 'recorded := greatest(recorded, clock_timestamp());'

/**
 * Readers who wait at the gap are skipped nothing, and in the end the log is dense, its times rise and
 * every receipt is right: only who was answered first knows that it stands in another order.
 */
export const EARLY_POSITION: SqlFault = {
  name: 'a position and its time are handed out before there is a command for them',
  replaced: [
    [
      TIME,
      `${TIME}
       if cardinality(commands) = 1 then
         delete from log.kept_positions k returning k.position, k.recorded_at into next_position, kept_at;
         if found then
           head_position := next_position - 1;
           recorded := kept_at;
         else
           insert into log.kept_positions values (head_position + 1, recorded);
           head_position := head_position + 1;
         end if;
       end if;`,
    ],
    ['next_position bigint;', 'next_position bigint; kept_at timestamptz;'],
  ],
  unguarded: ['create table log.kept_positions ("position" bigint, recorded_at timestamptz)'],
  found: 'real-time',
}
