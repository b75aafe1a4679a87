const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

export interface Stopping extends Disposable {
  readonly signal: AbortSignal
}

/** Aborts at the first signal. Under npm Ctrl-C arrives twice; the second changes nothing. */
export const stoppedBySignal = (): Stopping => {
  const controller = new AbortController()
  const listeners = Object.entries(SIGNALS).map(([name, code]) => {
    const listener = () => {
      process.exitCode = code
      controller.abort()
    }
    process.on(name, listener)
    return { name, listener }
  })
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const { name, listener } of listeners) process.off(name, listener)
    },
  }
}
