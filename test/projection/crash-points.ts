import type { PostgresProxy, Statement } from '../harness/postgres-proxy.ts'
import type { Fate } from '../harness/relayed-connection.ts'

/** The statements of a worker's turn for the jars, in their order. */
export const STEPS = {
  log: ({ text }: Statement) => /position > \$1 order by position/.test(text),
  rows: ({ text }: Statement) => text.includes('turn_checkpoint') && text.includes('jars_v1_a'),
  move: ({ text }: Statement) => text.includes('moved as') && text.includes('jars_v1_a'),
  hint: ({ text }: Statement) => text.includes('pg_notify'),
} as const

export type StepName = keyof typeof STEPS

/** Resolves when the statement is met, once; what becomes of it is `fate`, at that moment. */
export const met = (proxy: PostgresProxy, step: StepName, fate: () => Fate): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  proxy.judge = (statement) => {
    if (!STEPS[step](statement)) return 'pass'
    proxy.judge = () => 'pass'
    resolve()
    return fate()
  }
  return promise
}
