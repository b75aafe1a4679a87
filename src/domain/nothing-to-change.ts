/** What would change nothing is refused, so that no event says nothing. */
export type NothingToChange = { readonly type: 'NothingToChange' }

export const NOTHING_TO_CHANGE: NothingToChange = { type: 'NothingToChange' }
