import { lockFolder } from '../../src/database/folder-lock.ts'

// Run by folder-lock.test.ts as a process of its own: it holds the lock until it is killed.
const [folder = ''] = process.argv.slice(2)
await lockFolder(folder)
process.stdout.write('locked\n')
setInterval(() => {}, 60_000)
