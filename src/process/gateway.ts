/** An amount as the business has it: minor units of an ISO 4217 currency. */
export interface GatewayAmount {
  readonly currency: string
  readonly minor: number
}

interface Call {
  readonly amount: GatewayAmount
}

/** What is asked of the gateway. `reference` names what the gateway answered to an earlier call. */
export type GatewayCall =
  | (Call & { readonly kind: 'AUTHORIZATION'; readonly token: string })
  | (Call & { readonly kind: 'CAPTURE'; readonly reference: string })
  | (Call & { readonly kind: 'VOID'; readonly reference: string })
  | (Call & { readonly kind: 'REFUND'; readonly reference: string })

export type GatewayResult =
  | { readonly type: 'succeeded'; readonly reference: string }
  | { readonly type: 'declined'; readonly reason: string }

export interface GatewayOptions {
  /** Two calls with one key have one effect and one answer. */
  readonly idempotencyKey: string
  readonly signal: AbortSignal
}

type Of<Kind extends GatewayCall['kind']> = Omit<
  Extract<GatewayCall, { readonly kind: Kind }>,
  'kind'
>

/**
 * Where money is moved. Each method answers what the gateway said, or throws: then nobody knows
 * whether the money moved, and the same call with the same key must be made again, or looked up.
 */
export interface Gateway {
  authorize(call: Of<'AUTHORIZATION'>, options: GatewayOptions): Promise<GatewayResult>
  capture(call: Of<'CAPTURE'>, options: GatewayOptions): Promise<GatewayResult>
  /**
   * Lets go of `amount` of what an authorization holds and nobody captured. That is all there is left of
   * it, less what a capture still under way asks for: so the rest stays capturable.
   */
  void(call: Of<'VOID'>, options: GatewayOptions): Promise<GatewayResult>
  refund(call: Of<'REFUND'>, options: GatewayOptions): Promise<GatewayResult>
  /** What came of the call with this key; undefined where the gateway never saw it. */
  lookUp(
    idempotencyKey: string,
    options: { readonly signal: AbortSignal },
  ): Promise<GatewayResult | undefined>
}

/** Makes the call that its data describe. */
export const callGateway = (
  gateway: Gateway,
  call: GatewayCall,
  options: GatewayOptions,
): Promise<GatewayResult> => {
  switch (call.kind) {
    case 'AUTHORIZATION':
      return gateway.authorize(call, options)
    case 'CAPTURE':
      return gateway.capture(call, options)
    case 'VOID':
      return gateway.void(call, options)
    case 'REFUND':
      return gateway.refund(call, options)
  }
}
