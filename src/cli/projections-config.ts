import type { DatabaseSetting } from '../database/open.ts'
import { SettingError } from './setting-error.ts'

export interface ProjectionsConfig {
  readonly verb: 'projections'
  readonly database: DatabaseSetting
  readonly json: boolean
  /** Events that a read model may be behind. */
  readonly lagMax: bigint | undefined
}

export const lagMax = (text: string | undefined): bigint | undefined => {
  if (text === undefined) return undefined
  if (/^\d{1,15}$/.test(text)) return BigInt(text)
  throw new SettingError(`--max-lag is "${text}"; give a number of events, such as 1000.`)
}
