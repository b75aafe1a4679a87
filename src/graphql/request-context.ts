import type { GraphqlContext, Services, Viewer } from './context.ts'
import { loaders } from './loaders.ts'
import { served } from './served.ts'

/** The context of one operation, whatever transport it came by. */
export const requestContext = (options: {
  readonly services: Services
  readonly viewer: Viewer
  /** The request's `extensions`, as sent. */
  readonly extensions: unknown
  readonly traceparent: string | null
}): GraphqlContext => {
  const { services, viewer, extensions, traceparent } = options
  const freshness = served()
  return {
    services,
    viewer,
    state: {
      correlationId: services.uuid(),
      traceparent,
      demanded: readAfterOf(extensions),
      loaders: loaders(services.reads, freshness),
      served: freshness,
      written: [],
    },
  }
}

const readAfterOf = (extensions: unknown): unknown => {
  if (typeof extensions !== 'object' || extensions === null) return undefined
  return 'readAfter' in extensions ? extensions.readAfter : undefined
}
