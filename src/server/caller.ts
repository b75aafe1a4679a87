import type { IncomingHttpHeaders } from 'node:http'

/**
 * Keeps other sites' pages away from a server that does not ask who is calling.
 *
 * A page of any site can make its visitor's browser send requests to 127.0.0.1, and can have its own
 * name resolve to it (DNS rebinding), which makes them same-origin. What it cannot do is hide its
 * name: it stands in `Host` and in a socket's `Origin`.
 */
export type HostRule = (headers: IncomingHttpHeaders) => boolean

const LOOPBACK_NAME = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i

/** Whether a host to listen on can be reached from this machine only. */
export const isLoopback = (host: string): boolean => host === '::1' || LOOPBACK_NAME.test(host)

const nameIn = (host: string): string => host.replace(/:\d+$/, '')

/** Which requests a server on `host` answers: on loopback, only those that were sent to loopback. */
export const hostRule = (host: string): HostRule =>
  isLoopback(host)
    ? ({ host: asked }) => asked === undefined || LOOPBACK_NAME.test(nameIn(asked))
    : () => true

/** A browser always sends a socket's Origin; other clients need not. */
export const isSameOrigin = ({ origin, host }: IncomingHttpHeaders): boolean => {
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}

/** Types a browser never sends to another site without asking first; a form cannot make them. */
const BODY_TYPES = ['application/json', 'application/graphql+json']

export const isJson = ({ 'content-type': type }: IncomingHttpHeaders): boolean =>
  BODY_TYPES.includes(type?.split(';')[0]?.trim().toLowerCase() ?? '')
