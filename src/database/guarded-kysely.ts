import type { Dialect, Driver } from 'kysely'
import { DefaultConnectionProvider, DefaultQueryExecutor, Kysely } from 'kysely'
import type { Admission } from './admission.ts'
import type { Tables } from './tables.ts'
import type { TransactionGuard } from './transaction-guard.ts'

/**
 * A Kysely that throws when it is asked for a connection inside one of its own transactions, and when
 * more wait for one than there should.
 *
 * It is put together by hand because Kysely has no hook around a transaction's callback: only the
 * connection provider sees both the request for a connection and the work done with it. The
 * driver must have been initialised.
 */
export function guardedKysely(
  dialect: Dialect,
  driver: Driver,
  { guard, admission }: { readonly guard: TransactionGuard; readonly admission: Admission },
): Kysely<Tables> {
  const connections = new DefaultConnectionProvider(driver)
  const executor = new DefaultQueryExecutor(
    dialect.createQueryCompiler(),
    dialect.createAdapter(),
    {
      async provideConnection(consumer, options) {
        guard.assertOutside()
        const admitted = admission.enter()
        try {
          return await connections.provideConnection((connection) => {
            admitted()
            return guard.hold(() => consumer(connection))
          }, options)
        } finally {
          admitted()
        }
      },
    },
  )
  return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor })
}
