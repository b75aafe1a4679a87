import { PROJECTION_NAMES } from './projection-names.ts'
import { SettingError } from './setting-error.ts'

/** The read models of READBACK_INLINE; none where it is not set. */
export const inlineModels = (text: string | undefined): { readonly inline?: readonly string[] } => {
  if (text === undefined) return {}
  const inline = text.split(',').map((name) => name.trim())
  const unknown = inline.find((name) => !PROJECTION_NAMES.includes(name))
  if (unknown === undefined) return { inline }
  throw new SettingError(
    `READBACK_INLINE names "${unknown}", which is no read model; they are ${PROJECTION_NAMES.join(', ')}.`,
  )
}
