import type { AnyRefusal } from './any-refusal.ts'
import { builder } from './builder.ts'
import { RefusalInterface, REFUSALS, type Refused, type RefusalName } from './refusal.ts'

/** The GraphQL type of one refusal; its facts are added where it is implemented. */
export const refusalRef = (name: RefusalName) => builder.objectRef<Refused>(name)

export const described = (name: RefusalName) => ({
  description: REFUSALS[name],
  interfaces: [RefusalInterface],
  isTypeOf: (value: unknown) => (value as Refused).refusal.type === name,
})

type Named<Name extends RefusalName> = Extract<AnyRefusal, { readonly type: Name }>

const isNamed = <Name extends RefusalName>(
  refusal: AnyRefusal,
  name: Name,
): refusal is Named<Name> => refusal.type === name

/** Resolves a field of one refusal's type from its facts. */
export const fact =
  <Name extends RefusalName, Value>(name: Name, read: (refusal: Named<Name>) => Value) =>
  ({ refusal }: Refused): Value => {
    if (isNamed(refusal, name)) return read(refusal)
    throw new Error(`A ${refusal.type} was to be shown as ${name}.`)
  }
