import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

const FILE_MIB = 16
const PIECE_MIB = 1_008
const RECYCLED_MIB = 1_024
const PIECES_MAX = 6
/** Long enough that no checkpoint comes by itself and cuts the piece short. */
const PIECE_WAL_MAX = '4GB'
const RELOAD_TIMEOUT_MS = 10_000
const RELOAD_POLL_MS = 10

/**
 * Writes and drops write-ahead log until PostgreSQL goes on in files it has had before. A new cluster
 * makes each of them as it comes to it, which takes four times as long as writing it again, and weighs
 * on whoever writes most; a database that has been in use does not.
 */
export const recycleWal = async (url: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await setWalMax(client, PIECE_WAL_MAX)
    let recycledMiB = 0
    let pieces = 0
    // The first piece makes the files; what stands ahead afterwards is there to be written again.
    for (; recycledMiB < RECYCLED_MIB && pieces < PIECES_MAX; pieces += 1) {
      const aheadMiB = await filesAhead(client)
      await client.query(
        `select count(pg_logical_emit_message(false, 'bench', repeat('x', 1048576)))
         from generate_series(1, ${PIECE_MIB})`,
      )
      recycledMiB += Math.min(aheadMiB, PIECE_MIB)
      if (pieces === 0) await setWalMax(client, undefined)
      await client.query('checkpoint')
    }
    const aheadMiB = await filesAhead(client)
    if (recycledMiB < RECYCLED_MIB)
      throw new Error(
        `After ${pieces * PIECE_MIB} MiB of write-ahead log PostgreSQL had recycled ${recycledMiB} MiB; ${RECYCLED_MIB} were expected. Is wal_recycle off, or max_wal_size smaller than 1 GB?`,
      )
    return `write-ahead log: ${recycledMiB} MiB recycled before the first round, ${aheadMiB} MiB of used files ready`
  } finally {
    await client.end()
  }
}

const filesAhead = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ readonly files: number }>(
    `select count(*)::int as files from pg_ls_waldir()
     where name ~ '^[0-9A-F]{24}$' and name > pg_walfile_name(pg_current_wal_insert_lsn())`,
  )
  return (rows[0]?.files ?? 0) * FILE_MIB
}

/** Undefined sets it back. The server takes it in some moments after it was told to. */
const setWalMax = async (client: pg.Client, size: string | undefined): Promise<void> => {
  await client.query(
    size === undefined
      ? 'alter system reset max_wal_size'
      : `alter system set max_wal_size = '${size}'`,
  )
  await client.query('select pg_reload_conf()')
  const deadline = performance.now() + RELOAD_TIMEOUT_MS
  while (performance.now() < deadline) {
    const { rows } = await client.query<{ readonly max_wal_size: string }>('show max_wal_size')
    if ((rows[0]?.max_wal_size === PIECE_WAL_MAX) === (size !== undefined)) return
    await delay(RELOAD_POLL_MS)
  }
  throw new Error(`PostgreSQL did not take in max_wal_size within ${RELOAD_TIMEOUT_MS} ms.`)
}
