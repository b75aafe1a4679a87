/** Reads a body as text, and stops where it is longer than it may be. */
export const readBounded = async (response: Response, bytesMax: number): Promise<string> => {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the stream, and with it the connection.
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > bytesMax) throw new Error(`The answer is longer than ${bytesMax} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
