import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { round, type Round } from './figure.ts'
import { query } from './fresh-database.ts'
import { metadataOf, orderPlaced } from './sample-event.ts'

/** Its best on two cores; 16 and 64 clients were slower (docs/benchmarks.md). */
export const PGBENCH_CLIENTS = 32
const THREADS = 2
/** Of how many statements the latency is written down. */
const SAMPLED = 0.05

const SAMPLE_COMMAND = '0192f0c0-0000-7000-8000-000000000001'

const SEQUENCE = 'create sequence if not exists public.bench_position cache 1'

/** The table's own columns and indexes, and the same data; nothing is looked up or locked. */
const INSERT =
  `insert into log.events (position, stream, version, type, schema_version, data, metadata,
  recorded_at, command_id, command_scope, command_fingerprint)
values (nextval('public.bench_position'), 'order-' || uuidv7(), 1, 'OrderPlaced', 1,
  :data::text::jsonb, :metadata::text::jsonb, clock_timestamp(), uuidv7(), 'bench',
  decode('${'ab'.repeat(32)}', 'hex'));`.replaceAll('\n', ' ')

const run = promisify(execFile)

/** PostgreSQL's own load generator on single-row inserts, prepared; undefined where it is not installed. */
export const pgbench = async (
  url: string,
): Promise<((seconds: number) => Promise<Round>) | undefined> => {
  try {
    await run('pgbench', ['--version'])
  } catch {
    return undefined
  }
  await query(url, SEQUENCE)
  return async (seconds) => {
    const folder = await mkdtemp(join(tmpdir(), 'readback-pgbench-'))
    try {
      const script = join(folder, 'insert.sql')
      await writeFile(script, INSERT)
      const startedAt = performance.now()
      const { stdout } = await run(
        'pgbench',
        `-n -M prepared -c ${PGBENCH_CLIENTS} -j ${THREADS} -l`
          .split(' ')
          .concat(
            ['-T', String(seconds), '-f', script, `--sampling-rate=${SAMPLED}`],
            ['-D', `data=${JSON.stringify(orderPlaced())}`],
            ['-D', `metadata=${JSON.stringify(metadataOf(SAMPLE_COMMAND))}`, url],
          ),
        { cwd: folder },
      )
      const elapsedMs = performance.now() - startedAt
      const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
      if (!(perSecond > 0)) throw new Error(`pgbench said no rate; seen: ${stdout}`)
      return { ...round(await latencies(folder), elapsedMs), perSecond }
    } finally {
      await rm(folder, { recursive: true })
    }
  }
}

/** Of each sampled statement; the third word of a line is microseconds. */
const latencies = async (folder: string): Promise<readonly number[]> => {
  const names = (await readdir(folder)).filter((name) => name.startsWith('pgbench_log'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) =>
    text.split('\n').flatMap((line) => {
      const us = line.split(' ')[2]
      return us === undefined ? [] : Number(us) / 1_000
    }),
  )
}
