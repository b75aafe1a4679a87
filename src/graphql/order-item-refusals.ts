import { described, fact, refusalRef } from './refusal-type.ts'

const orderId = 'The order it is about.'
const lineNumber = 'The number of the line in its order.'

export const LineUnknown = refusalRef('LineUnknown').implement({
  ...described('LineUnknown'),
  fields: (t) => ({
    lineNumber: t.int({
      description: lineNumber,
      resolve: fact('LineUnknown', (refusal) => refusal.line),
    }),
  }),
})

export const LineAlreadyShipped = refusalRef('LineAlreadyShipped').implement({
  ...described('LineAlreadyShipped'),
  fields: (t) => ({
    lineNumber: t.int({
      description: lineNumber,
      resolve: fact('LineAlreadyShipped', (refusal) => refusal.line),
    }),
    shipped: t.int({
      description: 'How many of it have left.',
      resolve: fact('LineAlreadyShipped', (refusal) => refusal.shipped),
    }),
  }),
})

export const ShipmentExceedsOrder = refusalRef('ShipmentExceedsOrder').implement({
  ...described('ShipmentExceedsOrder'),
  fields: (t) => ({
    lineNumber: t.int({
      description: lineNumber,
      resolve: fact('ShipmentExceedsOrder', (refusal) => refusal.line),
    }),
    requested: t.int({
      description: 'How many were asked for.',
      resolve: fact('ShipmentExceedsOrder', (refusal) => refusal.requested),
    }),
    remaining: t.int({
      description: 'How many are left to ship.',
      resolve: fact('ShipmentExceedsOrder', (refusal) => refusal.remaining),
    }),
  }),
})

export const CancellationExceedsOrder = refusalRef('CancellationExceedsOrder').implement({
  ...described('CancellationExceedsOrder'),
  fields: (t) => ({
    lineNumber: t.int({
      description: lineNumber,
      resolve: fact('CancellationExceedsOrder', (refusal) => refusal.line),
    }),
    requested: t.int({
      description: 'How many were asked for.',
      resolve: fact('CancellationExceedsOrder', (refusal) => refusal.requested),
    }),
    remaining: t.int({
      description: 'How many are left to ship.',
      resolve: fact('CancellationExceedsOrder', (refusal) => refusal.remaining),
    }),
  }),
})

export const ReturnExceedsDelivered = refusalRef('ReturnExceedsDelivered').implement({
  ...described('ReturnExceedsDelivered'),
  fields: (t) => ({
    lineNumber: t.int({
      description: lineNumber,
      resolve: fact('ReturnExceedsDelivered', (refusal) => refusal.line),
    }),
    requested: t.int({
      description: 'How many were asked for.',
      resolve: fact('ReturnExceedsDelivered', (refusal) => refusal.requested),
    }),
    remaining: t.int({
      description: 'How many are with the customer.',
      resolve: fact('ReturnExceedsDelivered', (refusal) => refusal.remaining),
    }),
  }),
})

export const ShipmentUnknown = refusalRef('ShipmentUnknown').implement({
  ...described('ShipmentUnknown'),
  fields: (t) => ({
    shipmentNumber: t.int({
      description: 'The number of the shipment that was named.',
      resolve: fact('ShipmentUnknown', (refusal) => refusal.shipment),
    }),
  }),
})

export const ReservationIncomplete = refusalRef('ReservationIncomplete').implement({
  ...described('ReservationIncomplete'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('ReservationIncomplete', (refusal) => refusal.orderId),
    }),
    lineNumber: t.int({
      description: 'The number of the first line that lacks some.',
      resolve: fact('ReservationIncomplete', (refusal) => refusal.line),
    }),
    missing: t.int({
      description: 'How many of it are not set aside yet.',
      resolve: fact('ReservationIncomplete', (refusal) => refusal.missing),
    }),
  }),
})

export const ReservationNotWanted = refusalRef('ReservationNotWanted').implement({
  ...described('ReservationNotWanted'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('ReservationNotWanted', (refusal) => refusal.orderId),
    }),
    lineNumber: t.int({
      description: lineNumber,
      resolve: fact('ReservationNotWanted', (refusal) => refusal.line),
    }),
    quantity: t.int({
      description: 'How many were set aside for it.',
      resolve: fact('ReservationNotWanted', (refusal) => refusal.quantity),
    }),
  }),
})
