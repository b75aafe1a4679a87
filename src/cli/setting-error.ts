/** A setting that cannot be right. The message says what was seen and what to do, for a person. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}
