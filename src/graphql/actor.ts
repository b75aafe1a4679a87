import type { Actor } from '../store/event.ts'
import { builder } from './builder.ts'

const ActorRole = builder.enumType('ActorRole', {
  description: 'As what somebody acted.',
  values: {
    CUSTOMER: { description: 'A customer, on their own orders.' },
    STAFF: { description: 'Somebody who works here.' },
    OPERATOR: { description: 'Somebody who runs the service.' },
    PROCESS: { description: 'The service itself, following its own events.' },
  } as const,
})

export const ActorType = builder.objectRef<Actor>('Actor').implement({
  description: 'Who did something.',
  fields: (t) => ({
    role: t.field({
      type: ActorRole,
      description: 'As what they acted.',
      resolve: ({ role }) => role,
    }),
    subject: t.exposeString('subject', {
      description: 'Who they are: the subject of their token, or the name of a process.',
    }),
  }),
})
