import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files that are disks of their own: what is not flushed to one is not in its copy. */
export interface DiskImages extends AsyncDisposable {
  /** Makes, formats and mounts one; answers the folder where it is mounted. */
  make(name: string): string
  /** Copies an image as it is on the disk this very moment, mounts the copy and answers its folder. */
  copy(from: string, name: string): string
  /** Flushes all that was written to one. */
  sync(name: string): void
  /** Unmounts one and removes it. */
  remove(name: string): void
}

const SIZE = '512M'
/** So late that within a test only what is flushed is written. */
const JOURNAL_COMMIT_S = 600

/** Fails with what the command said. */
const run = (command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  throw new Error(`${command} ${args.join(' ')} failed; saw: ${stderr || String(error)}`)
}

/**
 * Says why this machine cannot mount files as disks, if so: it takes root and the kernel's leave,
 * which containers mostly have not.
 */
export const whyNoDiskImages = async (): Promise<string | undefined> => {
  try {
    await using images = await diskImages()
    images.make('trial')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export const diskImages = async (): Promise<DiskImages> => {
  const folder = await mkdtemp(join(tmpdir(), 'readback-disks-'))
  await mkdir(join(folder, 'mounted'))
  const undertaker = startUndertaker(folder)
  const image = (name: string) => join(folder, `${name}.img`)
  const mounted = (name: string) => join(folder, 'mounted', name)
  const mount = (name: string): string => {
    run('mkdir', '-p', mounted(name))
    // Past the page cache of the file's own disk: a flush reaches the file, and nothing else does.
    const device = run('losetup', '--direct-io=on', '--find', '--show', image(name))
    run('mount', '-o', `commit=${JOURNAL_COMMIT_S}`, device, mounted(name))
    // PostgreSQL runs as somebody else, who must get to its own folder.
    run('chmod', '755', folder)
    return mounted(name)
  }
  return {
    make(name) {
      run('truncate', '--size', SIZE, image(name))
      run('mkfs.ext4', '-q', '-F', image(name))
      return mount(name)
    },
    copy(from, name) {
      run('cp', '--sparse=always', image(from), image(name))
      return mount(name)
    },
    sync: (name) => void run('sync', '--file-system', mounted(name)),
    remove(name) {
      run('umount', mounted(name))
      for (const device of run('losetup', '--noheadings', '-O', 'NAME', '-j', image(name)).split(
        '\n',
      ))
        if (device !== '') run('losetup', '--detach', device)
      run('rm', image(name))
    },
    async [Symbol.asyncDispose]() {
      const buried = once(undertaker, 'exit')
      undertaker.stdin?.end()
      await buried
    },
  }
}

/**
 * A shell that outlives this process, however it ends, and then ends the PostgreSQL servers on the
 * images, stopped ones too, unmounts and detaches every image and removes the folder.
 */
const startUndertaker = (folder: string): ChildProcess => {
  const script = `read -r _; cd /
for file in "$1"/mounted/*/*/data/postmaster.pid; do
  pid=$(head -n 1 "$file" 2>/dev/null) || continue
  case $(readlink "/proc/$pid/exe") in */postgres) kill -9 "$pid" $(cat "/proc/$pid/task/$pid/children");; esac
done
for image in "$1"/*.img; do
  for device in $(losetup --noheadings -O NAME -j "$image"); do
    tries=0
    while mountpoint=$(findmnt --noheadings -o TARGET "$device"); do
      umount "$mountpoint" 2>/dev/null && continue
      tries=$((tries + 1))
      [ $tries -lt 50 ] || umount -l "$mountpoint"
      sleep 0.1
    done
    losetup --detach "$device"
  done
done
rm -rf "$1"`
  const undertaker = spawn('/bin/sh', ['-c', script, 'sh', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  undertaker.unref()
  return undertaker
}
