#!/usr/bin/env node
// Plain JavaScript that any Node since 12.17 can parse, so that one too old for the rest can say so.

const OLDEST = '24.0'
const [major, minor] = process.versions.node.split('.').map(Number)
const [oldestMajor, oldestMinor] = OLDEST.split('.').map(Number)

if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  process.stderr.write(
    `Node ${process.versions.node} is too old for Readback, which needs ${OLDEST} or newer: ` +
      'run `npm ci`, which installs the pinned Node 24, and then `npm start`, which uses it.\n',
  )
  process.exitCode = 1
} else {
  void import('./main.ts')
}
