import { type Config, config } from './config.ts'
import { HELP } from './help.ts'
import { endWithReader } from './lost-reader.ts'
import { SettingError } from './setting-error.ts'
import { version } from './version.ts'
import { quietWarnings } from './warnings.ts'

/** Each verb is loaded only when it is asked for, so that `--help` is quick and warnings are quiet. */
const run = async (asked: Config): Promise<void> => {
  switch (asked.verb) {
    case 'help':
      return void process.stdout.write(HELP)
    case 'version':
      return console.log(await version())
    case 'serve':
      return await (await import('./serve.ts')).serve(asked)
    case 'migrate':
      return await (await import('./migrate.ts')).migrate(asked.database)
    case 'schema print':
      return await (await import('./schema.ts')).printSchema(asked.file)
    case 'schema check':
      return await (await import('./schema.ts')).checkSchema(asked.file)
    case 'import':
      return await (await import('./import.ts')).importFile(asked)
    case 'projections':
      return await (await import('./projections.ts')).listProjections(asked)
    case 'audit':
      return await (await import('./audit.ts')).auditReadModels(asked)
    case 'rebuild':
      return await (await import('./rebuild.ts')).rebuildReadModels(asked)
  }
}

/** A person wants the sentence; whoever debugs wants the stack as well. */
const explain = (error: unknown, debugging: boolean): string => {
  if (!(error instanceof Error)) return String(error)
  if (debugging && !(error instanceof SettingError)) return error.stack ?? error.message
  return error.message
}

const isDebugging = (asked: Config | undefined): boolean =>
  asked?.verb === 'serve' && (asked.logLevel === 'debug' || asked.logLevel === 'trace')

quietWarnings()
let asked: Config | undefined
try {
  asked = config()
  endWithReader({ isServer: asked.verb === 'serve' })
  await run(asked)
} catch (error) {
  console.error(explain(error, isDebugging(asked)))
  process.exitCode = 1
}
