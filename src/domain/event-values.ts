import type { Actor } from './actor.ts'
import { ACTOR_ROLES } from './actor.ts'
import type { Address } from './address.ts'
import type { Fields } from './event-fields.ts'
import {
  readCurrency,
  readCustomerId,
  readFields,
  readMinorUnits,
  readOneOf,
  readText,
  readTextOrNull,
} from './event-fields.ts'
import type { Money } from './money.ts'
import type { Personal } from './personal.ts'
import { FORGOTTEN } from './personal.ts'

export const readMoney = (fields: Fields, at: string): Money => ({
  currency: readCurrency(fields, 'currency', at),
  minor: readMinorUnits(fields, 'minor', at),
})

export const readAddress = (address: Fields, at: string): Address => ({
  name: readTextOrNull(address, 'name', at),
  street: readText(address, 'street', at),
  city: readText(address, 'city', at),
  region: readTextOrNull(address, 'region', at),
  postalCode: readTextOrNull(address, 'postalCode', at),
  country: readText(address, 'country', at),
})

export const readAddressOrNull = (fields: Fields, key: string, at: string): Address | null => {
  const value = fields[key]
  if (value === null) return null
  const path = `${at}.${key}`
  return readAddress(readFields(value, path), path)
}

export const readActorOrNull = (fields: Fields, key: string, at: string): Actor | null => {
  if (fields[key] === null) return null
  const path = `${at}.${key}`
  const actor = readFields(fields[key], path)
  const role = readOneOf(actor, 'role', { of: ACTOR_ROLES, at: path })
  return { role, subject: readText(actor, 'subject', path) }
}

export const readPersonal = <Details>(
  fields: Fields,
  at: string,
  readDetails: (details: Fields, at: string) => Details,
): Personal<Details> => {
  const path = `${at}.personal`
  const personal = readFields(fields['personal'], path)
  const subject = readCustomerId(personal, 'subject', path)
  if (personal['details'] === FORGOTTEN) return { subject, details: FORGOTTEN }
  const detailsPath = `${path}.details`
  return {
    subject,
    details: readDetails(readFields(personal['details'], detailsPath), detailsPath),
  }
}
