import { application } from '../../src/server/compose.ts'
import { processLogger } from '../../src/server/logger.ts'
import { runAsChild } from './child.ts'

/** In base64, where the log was filled before this server starts; and read models to project inline. */
const [, , , base64 = '', inline = ''] = process.argv

await runAsChild(async (url) => {
  const app = await application({
    database: { engine: 'postgres', url },
    masterKey: base64 === '' ? { from: 'chance' } : { from: 'text', base64, source: 'The bench' },
    logger: processLogger('warn'),
    ...(inline === '' ? {} : { inline: inline.split(',') }),
  })
  const listening = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${listening.url}/graphql` }
})
