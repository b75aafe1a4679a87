import { serveBareYoga } from './bare-yoga.ts'
import { runAsChild } from './child.ts'

await runAsChild(() =>
  serveBareYoga({
    registerProduct: () => ({ __typename: 'ProductAccepted', commandId: 'none' }),
    registerCustomer: () => ({ __typename: 'CustomerAccepted', commandId: 'none' }),
    placeOrder: ({ customerId }) => ({
      __typename: 'OrderAccepted',
      commandId: 'none',
      orderId: customerId,
      position: '0',
      version: 1,
    }),
  }),
)
