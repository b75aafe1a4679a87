import type { DatabaseSetting } from '../database/open.ts'
import { projectionsNamed } from './projection-names.ts'
import { SettingError } from './setting-error.ts'

/** What `audit` is asked. */
export interface AuditAsked {
  /** Read models; all where there are none. */
  readonly names: readonly string[]
  readonly json: boolean
}

/** What `projections` is asked. */
export interface ProjectionsAsked {
  readonly json: boolean
  /** Events that a read model may be behind. */
  readonly lagMax: bigint | undefined
}

export interface ProjectionsConfig extends ProjectionsAsked {
  readonly verb: 'projections'
  readonly database: DatabaseSetting
}

export const auditAsked = (
  words: readonly string[],
  { json }: { readonly json?: boolean | undefined },
): AuditAsked => ({ names: projectionsNamed(words), json: json === true })

export const projectionsAsked = (values: {
  readonly json?: boolean | undefined
  readonly 'max-lag'?: string | undefined
}): ProjectionsAsked => ({ json: values.json === true, lagMax: lagMax(values['max-lag']) })

const lagMax = (text: string | undefined): bigint | undefined => {
  if (text === undefined) return undefined
  if (/^\d{1,15}$/.test(text)) return BigInt(text)
  throw new SettingError(`--max-lag is "${text}"; give a number of events, such as 1000.`)
}
