import type { GraphqlContext, Services, Viewer } from './context.ts'
import { demands } from './demands.ts'
import { loaders } from './loaders.ts'
import { served } from './served.ts'

/** The context of one operation, whatever transport it came by. */
export const requestContext = (options: {
  readonly services: Services
  readonly viewer: Viewer
  /** The request's `extensions`, as sent. */
  readonly extensions: unknown
  readonly traceparent: string | null
  readonly left?: (() => AbortSignal) | undefined
}): GraphqlContext => {
  const { services, viewer, extensions, traceparent, left } = options
  const freshness = served()
  const demanded = demands()
  return {
    services,
    viewer,
    state: {
      correlationId: services.uuid(),
      traceparent,
      left,
      demanded: readAfterOf(extensions),
      loaders: loaders(services, { served: freshness, demands: demanded }),
      served: freshness,
      demands: demanded,
      written: [],
    },
  }
}

const readAfterOf = (extensions: unknown): unknown => {
  if (typeof extensions !== 'object' || extensions === null) return undefined
  return 'readAfter' in extensions ? extensions.readAfter : undefined
}
