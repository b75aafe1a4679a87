import { builder } from './builder.ts'

export const NodeInterface = builder.interfaceRef<{ readonly id: string }>('Node').implement({
  description: 'Something with an id of its own that `node` finds again.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'The id, the same as the name of the stream of its events. Opaque to clients.',
    }),
  }),
})
