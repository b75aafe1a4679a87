/** The read models that `three` leaves alone; orders, products and their statistics are projected. */
export const PAUSED = ['customers', 'customerValues']
