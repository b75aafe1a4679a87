export const ACTOR_ROLES = ['CUSTOMER', 'STAFF', 'OPERATOR', 'PROCESS'] as const

/** Who did something: the subject of their token, or the name of a process. */
export type Actor = { readonly role: (typeof ACTOR_ROLES)[number]; readonly subject: string }
