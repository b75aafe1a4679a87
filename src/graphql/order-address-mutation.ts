import * as z from 'zod'
import { NothingToChange } from './command-refusals.ts'
import { CustomerForgotten } from './customer-refusals.ts'
import { address } from './input.ts'
import { ChangeShippingAddressInput } from './order-later-input.ts'
import { laterMutation, onOrder } from './order-later-mutation.ts'
import { OrderAlreadyCancelled, OrderAlreadyShipped } from './order-refusals.ts'
import { laterResult } from './order-result.ts'

laterMutation('changeShippingAddress', {
  description:
    'Sends an order to another address, as long as nothing of it has been shipped. The address book of the customer stays as it is.',
  about: 'Where it is to go.',
  input: ChangeShippingAddressInput,
  result: laterResult(
    'changeShippingAddress',
    OrderAlreadyShipped,
    OrderAlreadyCancelled,
    CustomerForgotten,
    NothingToChange,
  ),
  reads: z.object({ ...onOrder, shipTo: address }),
  command: (of, { shipTo }) => ({ ...of, type: 'ChangeShippingAddress', shipTo }),
  fields: { CustomerForgotten: 'orderId' },
})
