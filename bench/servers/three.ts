import { application } from '../../src/server/compose.ts'
import { processLogger } from '../../src/server/logger.ts'
import { runAsChild } from './child.ts'
import { PAUSED } from './paused.ts'

/** The whole server with three of its five projections running. */
await runAsChild(async (url) => {
  const app = await application({
    database: { engine: 'postgres', url },
    masterKey: { from: 'chance' },
    logger: processLogger('warn'),
  })
  for (const name of PAUSED) app.services.projections.pause(name)
  const listening = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${listening.url}/graphql` }
})
