import type { GatewayAmount, GatewayCall } from '../process/gateway.ts'

/** What a reference of the sandbox says about the call it was given for. */
export interface SandboxReference {
  readonly text: string
  readonly kind: GatewayCall['kind']
  readonly amount: GatewayAmount
}

const LETTERS = { AUTHORIZATION: 'a', CAPTURE: 'c', VOID: 'v', REFUND: 'r' } as const
const REFERENCE = /^sandbox-([acvr])-([A-Z]{3})-(\d{1,16})-[\w-]+$/

/** Made from the call alone: repeated after a restart it gets the same reference. */
export const referenceOf = ({ kind, amount }: GatewayCall, key: string): string =>
  `sandbox-${LETTERS[kind]}-${amount.currency}-${amount.minor}-${key}`

export const parseReference = (text: string): SandboxReference | undefined => {
  const [, letter, currency, minor] = REFERENCE.exec(text) ?? []
  const kind = (['AUTHORIZATION', 'CAPTURE', 'VOID', 'REFUND'] as const).find(
    (one) => LETTERS[one] === letter,
  )
  if (kind === undefined || currency === undefined) return undefined
  return { text, kind, amount: { currency, minor: Number(minor) } }
}
