import { expect } from 'vitest'

/** The figures of `/metrics`, by name and labels as they stand there. */
export const scraped = async (server: {
  readonly origin: string
}): Promise<ReadonlyMap<string, number>> => {
  const response = await fetch(`${server.origin}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/)
  const lines = (await response.text()).split('\n').filter((line) => /^[a-z]/.test(line))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}
