import * as z from 'zod'
import { TAGS_MAX } from '../domain/order/command.ts'
import { HOLD_REASONS, NOTE_VISIBILITIES } from '../domain/order/events.ts'
import { NothingToChange } from './command-refusals.ts'
import { optionalText, text } from './input.ts'
import {
  AddOrderNoteInput,
  HoldOrderInput,
  ReleaseOrderInput,
  TagOrderInput,
  UntagOrderInput,
} from './order-later-input.ts'
import { laterMutation, onOrder } from './order-later-mutation.ts'
import {
  LimitReached,
  OrderAlreadyCancelled,
  OrderAlreadyDelivered,
  OrderNotOnHold,
  OrderOnHold,
} from './order-refusals.ts'
import { laterResult } from './order-result.ts'

const onTags = z.object({
  ...onOrder,
  tags: z
    .array(text(50))
    .min(1, 'must have at least one tag')
    .max(TAGS_MAX, `must have at most ${TAGS_MAX} tags`),
})

laterMutation('holdOrder', {
  description: 'Stops an order for now: until it is released it is neither confirmed nor shipped.',
  about: 'Which order, and why.',
  input: HoldOrderInput,
  result: laterResult('holdOrder', OrderAlreadyCancelled, OrderAlreadyDelivered, OrderOnHold),
  reads: z.object({ ...onOrder, reason: z.enum(HOLD_REASONS), note: optionalText(500) }),
  command: (of, { reason, note }, by) => ({ ...of, type: 'HoldOrder', reason, note, by }),
})

laterMutation('releaseOrder', {
  description: 'Lets an order on hold go on.',
  about: 'Which order.',
  input: ReleaseOrderInput,
  result: laterResult('releaseOrder', OrderAlreadyCancelled, OrderNotOnHold),
  reads: z.object(onOrder),
  command: (of) => ({ ...of, type: 'ReleaseOrder' }),
})

laterMutation('addOrderNote', {
  description: 'Adds a remark to an order. It stays for ever.',
  about: 'The remark.',
  input: AddOrderNoteInput,
  result: laterResult('addOrderNote', LimitReached),
  reads: z.object({
    ...onOrder,
    text: text(2_000),
    visibility: z
      .enum(NOTE_VISIBILITIES)
      .nullish()
      .transform((value) => value ?? 'INTERNAL'),
  }),
  command: (of, { text: remark, visibility }) => ({
    ...of,
    type: 'AddOrderNote',
    text: remark,
    visibility,
  }),
})

laterMutation('tagOrder', {
  description: 'Puts tags on an order; those it has already stay.',
  about: 'The tags.',
  input: TagOrderInput,
  result: laterResult('tagOrder', LimitReached, NothingToChange),
  reads: onTags,
  command: (of, { tags }) => ({ ...of, type: 'TagOrder', tags }),
})

laterMutation('untagOrder', {
  description: 'Takes tags off an order.',
  about: 'The tags.',
  input: UntagOrderInput,
  result: laterResult('untagOrder', NothingToChange),
  reads: onTags,
  command: (of, { tags }) => ({ ...of, type: 'UntagOrder', tags }),
})
