// Plain JavaScript that any Node can parse, and no peer is imported before it is known to be there.

import { existsSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)

/** @returns {string | undefined} */
const obstacle = () => {
  if (major < 22 || (major === 22 && minor < 18))
    return `Node ${process.versions.node} is too old for the benches: run \`npm ci\`, which installs the pinned Node 24, and start them with \`npm run bench\`.`
  if (!existsSync(new URL('../node_modules/pg', import.meta.url)))
    return 'Readback’s own packages are not installed: run `npm ci`, then `npm ci --prefix bench`.'
  if (!existsSync(new URL('node_modules/@event-driven-io/emmett-postgresql', import.meta.url)))
    return 'The peers that Readback is measured beside are not installed: run `npm ci --prefix bench`.'
  return undefined
}

const message = obstacle()
if (message === undefined) {
  await import('./main.ts')
} else {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}
