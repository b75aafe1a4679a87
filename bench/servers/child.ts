/** The child's side of `startServer`: says where it listens, and ends with its parent at the latest. */
export const runAsChild = async (
  start: (databaseUrl: string) => Promise<{ readonly url: string }>,
): Promise<void> => {
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches every process of the terminal; it is the parent's to end us in order.
  process.on('SIGINT', () => {})
  const [, , databaseUrl = ''] = process.argv
  process.send?.(await start(databaseUrl))
}
