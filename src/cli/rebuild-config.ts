import { REBUILD_LIMITS } from '../projection/rebuild-limits.ts'
import { READ_MODELS } from '../server/read-models.ts'
import { SettingError } from './setting-error.ts'

/** What `rebuild` is told besides where the database lies. */
export interface RebuildAsked {
  readonly names: readonly string[]
  /** The default, or what one under way has, where it is left out. */
  readonly duty: number | undefined
  readonly cancel: boolean
}

interface Given {
  readonly all?: boolean | undefined
  readonly duty?: string | undefined
  readonly cancel?: boolean | undefined
}

export const rebuildAsked = (words: readonly string[], given: Given): RebuildAsked => {
  const known = READ_MODELS.map(({ name }) => name)
  const unknown = words.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new SettingError(
      `There is no projection "${unknown.join('", "')}"; there are ${known.join(', ')}.`,
    )
  if (words.length > 0 === (given.all === true))
    throw new SettingError(
      `Say which projections to rebuild, of ${known.join(', ')}; or --all, and none.`,
    )
  return {
    names: given.all === true ? known : [...new Set(words)],
    duty: dutyOf(given.duty),
    cancel: given.cancel === true,
  }
}

const dutyOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const duty = Number(text)
  if (/^[01](\.\d{1,4})?$/.test(text) && duty >= REBUILD_LIMITS.dutyMin && duty <= 1) return duty
  throw new SettingError(
    `"${text}" is no duty; give the share of its time that a rebuild may work, from ${REBUILD_LIMITS.dutyMin} to 1.`,
  )
}
