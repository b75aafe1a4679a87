/** What shells say of a program that wrote to a pipe which nobody reads any more: 128 + SIGPIPE. */
const ENDED_BY_PIPE = 141

/**
 * After `readback audit | head -1` nobody reads what is written, which is no fault worth a stack. A server has
 * other things to do than to be read, and goes on.
 */
export const endWithReader = ({ isServer }: { readonly isServer: boolean }): void => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: Error & { readonly code?: unknown }) => {
      if (error.code !== 'EPIPE') throw error
      if (!isServer) process.exit(ENDED_BY_PIPE)
    })
}
