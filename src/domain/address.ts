export type Address = {
  /** Whom to ask for there, when not the customer. */
  readonly name: string | null
  readonly street: string
  readonly city: string
  readonly region: string | null
  readonly postalCode: string | null
  readonly country: string
}

export const sameAddress = (one: Address | null, other: Address | null): boolean => {
  if (one === null || other === null) return one === other
  return (
    one.name === other.name &&
    one.street === other.street &&
    one.city === other.city &&
    one.region === other.region &&
    one.postalCode === other.postalCode &&
    one.country === other.country
  )
}
