import SchemaBuilder from '@pothos/core'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { CurrencyCode } from '../domain/currency.ts'
import type { Instant } from '../domain/instant.ts'
import type { PositionToken } from '../store/epoch.ts'
import type { GraphqlContext } from './context.ts'

export const builder = new SchemaBuilder<{
  Context: GraphqlContext
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    Date: { Input: CalendarDate; Output: string }
    DateTime: { Input: Instant; Output: string }
    Decimal: { Input: string; Output: string }
    CurrencyCode: { Input: CurrencyCode; Output: string }
    Position: { Input: PositionToken; Output: string }
  }
}>({ defaultFieldNullability: false })
