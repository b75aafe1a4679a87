import type { Generation } from './checkpoint.ts'

const UNDEFINED_TABLE = '42P01'

/** A generation was dropped while somebody was still at it. Another one serves by now. */
export class GenerationGone extends Error {
  override readonly name = 'GenerationGone'
  constructor({ name, version, generation }: Generation) {
    super(
      `Generation ${generation} of ${name} version ${version} is not in read.projections any more; ` +
        'it was dropped meanwhile. Ask again.',
    )
  }
}

/** Whether a statement failed since its generation was dropped: its row, or its table. */
export const isGenerationGone = (error: unknown): boolean =>
  error instanceof GenerationGone ||
  (error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE)
