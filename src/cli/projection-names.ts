import { READ_MODELS } from '../server/read-models.ts'
import { SettingError } from './setting-error.ts'

export const PROJECTION_NAMES: readonly string[] = READ_MODELS.map(({ name }) => name)

/** Each of these once, if there are projections of these names. */
export const projectionsNamed = (names: readonly string[]): readonly string[] => {
  const unknown = names.filter((name) => !PROJECTION_NAMES.includes(name))
  if (unknown.length === 0) return [...new Set(names)]
  throw new SettingError(
    `There is no projection "${unknown.join('", "')}"; there are ${PROJECTION_NAMES.join(', ')}.`,
  )
}
