const RACES = 'the process that would end it is under way'
const SHARED = 'the pricing of a new line is that of `placeOrder`, which produces each'

/** What no case brings about, by name and with the reason. */
export const NOT_PRODUCED: Readonly<Record<string, string>> = {
  'confirmOrder ReservationIncomplete': RACES,
  'authorizePayment ReservationIncomplete': RACES,
  'confirmOrder PaymentNotAuthorized': RACES,
  'capturePayment PaymentUnderWay': RACES,
  'voidPayment PaymentUnderWay': RACES,
  'refundPayment PaymentUnderWay': RACES,
  'changeOrderLines ProductIsDiscontinued': SHARED,
  'changeOrderLines ProductNotPriced': SHARED,
  'changeOrderLines PriceChanged': SHARED,
  'changeOrderLines DiscountTooLarge': SHARED,
  'changeOrderLines OrderTotalTooLarge': SHARED,
  'addOrderNote LimitReached': 'it takes 500 notes; the domain tests count them',
  'authorizePayment LimitReached': 'it takes 500 payments; the domain tests count them',
  'capturePayment LimitReached': 'it takes 500 payments; the domain tests count them',
  'refundPayment LimitReached': 'it takes 500 payments; the domain tests count them',
}
