import type { TypedDocumentString } from './generated/graphql.ts'
import type { Variables } from './order-client.ts'

export interface Answer<Result> {
  readonly status: number
  readonly data?: Result | null
  readonly errors?: readonly {
    readonly message: string
    readonly extensions?: { readonly code?: string; readonly outcome?: string }
  }[]
  readonly extensions?: { readonly position?: string }
}

/** One operation over HTTP, as it comes back. */
export const post = async <Result, Given extends Variables>(
  url: string,
  document: TypedDocumentString<Result, Given>,
  variables: Given,
): Promise<Answer<Result>> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  })
  const answer: Omit<Answer<Result>, 'status'> = JSON.parse(await response.text())
  return { ...answer, status: response.status }
}

/** The data of an operation that must succeed. */
export const dataOf = async <Result, Given extends Variables>(
  url: string,
  document: TypedDocumentString<Result, Given>,
  variables: Given,
): Promise<Result> => {
  const { data, ...rest } = await post(url, document, variables)
  if (data == null) throw new Error(`No data came; saw: ${JSON.stringify(rest)}`)
  return data
}
