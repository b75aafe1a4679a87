import { configDefaults, defineConfig } from 'vitest/config'

const pureTests = ['test/domain/**/*.test.ts', 'test/tidy.test.ts', 'test/**/*.pure.test.ts']

// Vite's own resolution would load one copy of graphql for our code and Node's another for the
// libraries, and graphql refuses a schema "from another module or realm".
const ssr = { resolve: { conditions: ['node', 'module-sync'] } }

export default defineConfig({
  test: {
    projects: [
      { ssr, test: { name: 'pure', include: pureTests } },
      {
        ssr,
        test: {
          name: 'database',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...pureTests],
          globalSetup: 'test/harness/global-setup.ts',
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
