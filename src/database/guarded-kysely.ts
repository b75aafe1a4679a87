import type { Dialect, Driver } from 'kysely'
import { DefaultConnectionProvider, DefaultQueryExecutor, Kysely } from 'kysely'
import type { Tables } from './tables.ts'
import type { TransactionGuard } from './transaction-guard.ts'

/**
 * A Kysely that throws when it is asked for a connection inside one of its own transactions.
 *
 * It is put together by hand because Kysely has no hook around a transaction's callback: only the
 * connection provider sees both the request for a connection and the work done with it. The
 * driver must have been initialised.
 */
export function guardedKysely(
  dialect: Dialect,
  driver: Driver,
  guard: TransactionGuard,
): Kysely<Tables> {
  const connections = new DefaultConnectionProvider(driver)
  const executor = new DefaultQueryExecutor(
    dialect.createQueryCompiler(),
    dialect.createAdapter(),
    {
      async provideConnection(consumer, options) {
        guard.assertOutside()
        return connections.provideConnection(
          (connection) => guard.hold(() => consumer(connection)),
          options,
        )
      },
    },
  )
  return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor })
}
