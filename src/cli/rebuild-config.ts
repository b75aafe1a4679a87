import { REBUILD_LIMITS } from '../projection/rebuild-limits.ts'
import { PROJECTION_NAMES, projectionsNamed } from './projection-names.ts'
import { SettingError } from './setting-error.ts'

/** What `rebuild` is told besides where the database lies. */
export interface RebuildAsked {
  readonly names: readonly string[]
  readonly duty: number
  readonly cancel: boolean
}

interface Given {
  readonly all?: boolean | undefined
  readonly duty?: string | undefined
  readonly cancel?: boolean | undefined
}

export const rebuildAsked = (words: readonly string[], given: Given): RebuildAsked => {
  const named = projectionsNamed(words)
  if (named.length > 0 === (given.all === true))
    throw new SettingError(
      `Say which projections to rebuild, of ${PROJECTION_NAMES.join(', ')}; or --all, and none.`,
    )
  return {
    names: given.all === true ? PROJECTION_NAMES : named,
    duty: dutyOf(given.duty),
    cancel: given.cancel === true,
  }
}

const dutyOf = (text: string | undefined): number => {
  if (text === undefined) return REBUILD_LIMITS.duty
  const duty = Number(text)
  if (/^[01](\.\d{1,4})?$/.test(text) && duty >= REBUILD_LIMITS.dutyMin && duty <= 1) return duty
  throw new SettingError(
    `"${text}" is no duty; give the share of its time that a rebuild may work, from ${REBUILD_LIMITS.dutyMin} to 1.`,
  )
}
