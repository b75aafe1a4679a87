import { isLoopback } from '../server/caller.ts'
import type { PaymentSetting } from '../server/payment-setting.ts'
import { SettingError } from './setting-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

const urlOf = (text: string): string => {
  // The value is not repeated: somebody may have put a password into it.
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '')
    throw new SettingError(
      'READBACK_PAYMENT_URL is no address of a payment gateway; give one such as https://payments.example/v1, and its key as READBACK_PAYMENT_KEY.',
    )
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new SettingError(
      'READBACK_PAYMENT_URL begins with http:, and payment tokens would cross the network unsealed; give an https: address.',
    )
  return url.href
}

/** On a database that others share, nobody shall believe by accident that money is moved. */
export const paymentSetting = (
  environment: Environment,
  engine: 'pglite' | 'postgres',
): PaymentSetting => {
  const named = environment['READBACK_PAYMENT']
  const url = environment['READBACK_PAYMENT_URL']
  const apiKey = environment['READBACK_PAYMENT_KEY']
  if (named !== undefined && named !== 'sandbox')
    throw new SettingError(
      `READBACK_PAYMENT is "${named}", and the only value there is is "sandbox"; for a gateway set READBACK_PAYMENT_URL.`,
    )
  if (url !== undefined) {
    if (named !== undefined)
      throw new SettingError(
        'READBACK_PAYMENT=sandbox moves no money and READBACK_PAYMENT_URL says where to; leave out one of them.',
      )
    return { gateway: 'http', url: urlOf(url), ...(apiKey === undefined ? {} : { apiKey }) }
  }
  if (named === undefined && engine === 'postgres')
    throw new SettingError(
      'READBACK_PAYMENT_URL is not set, and with a DATABASE_URL it must be; or set READBACK_PAYMENT=sandbox, which moves no money.',
    )
  return { gateway: 'sandbox' }
}
