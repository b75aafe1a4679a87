/** An order of two lines, without personal data: sealing has no counterpart in the peers. */
export const orderPlaced = () => ({
  occurredAt: new Date().toISOString(),
  reference: null,
  customerId: 'customer-0192f0c0-0000-7000-8000-000000000001',
  fulfilment: 'MANUAL',
  currency: 'USD',
  lines: [line(1), line(2)],
  shippingFee: 0,
  tax: 0,
})

export const metadataOf = (commandId: string) => ({
  commandId,
  correlationId: commandId,
  causationId: null,
  actor: { role: 'STAFF' as const, subject: 'bench' },
  traceparent: null,
})

const line = (number: number) => ({
  line: number,
  productId: `product-0192f0c0-0000-7000-8000-00000000000${number}`,
  productName: 'Chartreuse verte',
  productVersion: 1,
  quantity: 3,
  listPrice: 1_800,
  unitPrice: 1_800,
  discount: 0,
})
