import { CompiledQuery } from 'kysely'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { appendCommand } from './append-command.ts'

/** As a migration might: the ids are taken as texts, and an open connection has prepared for UUIDs. */
const REPLACE = `do $$
declare
  definition constant text := (
    select pg_get_functiondef(oid) from pg_proc where pronamespace = 'log'::regnamespace and proname = 'append');
begin
  execute replace(definition, 'FUNCTION log.append(', 'FUNCTION log.append_by_uuid(');
  drop function log.append;
  execute regexp_replace(
    replace(definition, 'command_ids uuid[]', 'command_ids text[]'),
    'AS \\$function\\$.*\\$function\\$',
    'AS $function$ begin return query select * from log.append_by_uuid($1, $2, $3, $4, $5::uuid[], $6, $7, $8,
      $9, $10, $11, $12, $13, $14, $15); end $function$');
end $$`

it('a log goes on after a migration has replaced log.append under its open connection', async () => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await cloneTemplate())
  const database = opened.use(await openDatabase({ engine: 'postgres', url }))
  const log = opened.use(await eventLog({ database, masterKey: randomMasterKey() }))
  await log.append(appendCommand())
  await database.kysely.executeQuery(CompiledQuery.raw(REPLACE))
  await expect(log.append(appendCommand())).rejects.toThrow('nothing of it was written')
  expect(await log.append(appendCommand())).toMatchObject({ type: 'appended' })
})
