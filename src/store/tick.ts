/**
 * How long until the next tick of a clock that all followers of this process have in common. Those who
 * go on together read the log together, in one query.
 */
export const untilTick = (intervalMs: number): number =>
  intervalMs === 0 ? 0 : intervalMs - (performance.now() % intervalMs)
