import { SettingError } from './setting-error.ts'

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql'

/** Where a server takes GraphQL; its path may be left out. */
export const importUrl = (text: string = DEFAULT_URL): string => {
  const url = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined
  // The value is not repeated: somebody may have put a password into it.
  if (url === undefined)
    throw new SettingError(
      `--url (or READBACK_URL) is no URL of a server; give one such as ${DEFAULT_URL}.`,
    )
  if (url.username !== '' || url.password !== '')
    throw new SettingError(
      `--url (or READBACK_URL) has a user or a password in it, which no Readback server asks for; give one such as ${DEFAULT_URL}.`,
    )
  if (url.pathname === '/') url.pathname = new URL(DEFAULT_URL).pathname
  return url.href
}
