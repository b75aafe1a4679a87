import { application } from '../../src/server/compose.ts'
import { processLogger } from '../../src/server/logger.ts'
import { runAsChild } from './child.ts'

await runAsChild(async (url) => {
  const app = await application({
    database: { engine: 'postgres', url },
    masterKey: { from: 'chance' },
    logger: processLogger('warn'),
  })
  const listening = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${listening.url}/graphql` }
})
