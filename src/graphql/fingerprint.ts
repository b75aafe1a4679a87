import { createHash } from 'node:crypto'

/**
 * What makes two commands with one id the same command: SHA-256 over the mutation's name and its
 * input, without `commandId` and `dryRun` (a dry run has no receipt) and without nulls, in an order of its own. An input that gains an
 * optional field in a later release has the same fingerprint as before, so that a retry across a
 * deploy is still a retry. Where null says something else than leaving out (null clears a field of a
 * profile), nulls are kept.
 */
export const fingerprint = (
  mutation: string,
  input: Readonly<Record<string, unknown>>,
  nulls: 'LEFT_OUT' | 'KEPT' = 'LEFT_OUT',
): string => {
  const { commandId: _id, dryRun: _dry, ...rest } = input
  const says = (value: unknown) => value !== undefined && (value !== null || nulls === 'KEPT')
  const canonical = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(canonical)
    if (typeof value !== 'object' || value === null) return value
    return Object.entries(value)
      .filter(([, field]) => says(field))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, canonical(field)])
  }
  return createHash('sha256')
    .update(JSON.stringify([mutation, canonical(rest)]))
    .digest('hex')
}
