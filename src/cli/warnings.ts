/** Keeps Node's own notes on features it calls experimental from people who cannot do anything about them. */
export const quietWarnings = (): void => {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') console.error(`${warning.name}: ${warning.message}`)
  })
}
