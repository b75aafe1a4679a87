import { httpGateway, type HttpGatewayOptions } from '../payment/http.ts'
import { sandboxGateway } from '../payment/sandbox.ts'
import type { Gateway } from '../process/gateway.ts'

/** Where money is moved. */
export type PaymentSetting =
  /** Nowhere: the tokens alone say what is answered. */
  { readonly gateway: 'sandbox' } | ({ readonly gateway: 'http' } & HttpGatewayOptions)

export const paymentGateway = (setting: PaymentSetting): Gateway =>
  setting.gateway === 'sandbox' ? sandboxGateway() : httpGateway(setting)
