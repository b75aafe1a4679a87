const UNDEFINED_TABLE = '42P01'

/** Whether a statement failed since its table was dropped: another generation serves by now. */
export const isTableGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE
