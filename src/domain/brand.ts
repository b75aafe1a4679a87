declare const brand: unique symbol

/** A plain value that only its parser can vouch for. The mark exists in types alone. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name }
