import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { COMMAND_OUTCOMES, type CommandCounts } from '../command/command-counts.ts'
import { TASK_STATES, type ProcessStatus } from '../process/task-desk.ts'
import type { AppendQueue, AppendWatch } from '../store/append-watch.ts'

const APPEND_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const BATCH_COMMANDS = [1, 2, 4, 8, 16, 32, 64, 128]

export interface WriteSources {
  readonly commands: CommandCounts
  readonly queue: () => AppendQueue
  /** WebSockets that are open. */
  readonly sockets: () => number
  /** Subscribers of the feeds, over whichever transport. */
  readonly subscribers: () => number
}

export interface WriteMetrics {
  readonly watch: AppendWatch
  /** Brings the figures up to date; without processes where the database does not answer. */
  show(sources: WriteSources, processes: readonly ProcessStatus[] | undefined): void
}

/** What becomes of commands and of what they cause, as one process sees it. */
export const writeMetrics = (registry: Registry): WriteMetrics => {
  const named = (name: string, help: string, labelNames: readonly string[] = []) => ({
    registers: [registry],
    name: `readback_${name}`,
    help,
    labelNames,
  })
  const waited = new Histogram({
    ...named(
      'append_seconds',
      'How long commands waited for the log, from the queue to the durable commit.',
    ),
    buckets: APPEND_SECONDS,
  })
  const sizes = new Histogram({
    ...named('append_batch_commands', 'How many commands shared one commit.'),
    buckets: BATCH_COMMANDS,
  })
  const resends = new Counter(
    named(
      'append_batches_resent_total',
      'Batches that went again: whole after a lost connection, or in halves since the data of a command was refused.',
      ['reason'],
    ),
  )
  for (const reason of ['connection', 'data']) resends.inc({ reason }, 0)
  const shows = [commandFigures(named), edgeFigures(named)]
  const showProcesses = processFigures(named)

  return {
    watch: {
      answered(waitedMs) {
        sizes.observe(waitedMs.length)
        for (const ms of waitedMs) waited.observe(ms / 1000)
      },
      resent: (reason) => resends.inc({ reason }),
    },
    show(sources, processes) {
      for (const show of shows) show(sources)
      showProcesses(processes)
    },
  }
}

type Named = (
  name: string,
  help: string,
  labelNames?: readonly string[],
) => { registers: Registry[]; name: string; help: string; labelNames: readonly string[] }

const commandFigures = (named: Named): ((sources: WriteSources) => void) => {
  const commands = new Counter(
    named(
      'commands_total',
      'Commands of clients and processes, by what became of them; dry runs left out.',
      ['outcome'],
    ),
  )
  const retries = new Counter(
    named(
      'command_retries_total',
      'How often a command was decided again, since its stream had changed meanwhile.',
    ),
  )
  const loads = new Counter(
    named('state_loads_total', 'States of streams that were loaded for commands to be decided on.'),
  )
  const remembered = new Counter(
    named('state_cache_hits_total', 'Those of them that began with a state in memory.'),
  )
  return ({ commands: counts }) => {
    for (const metric of [commands, retries, loads, remembered]) metric.reset()
    for (const outcome of COMMAND_OUTCOMES) commands.inc({ outcome }, counts.outcomes[outcome])
    retries.inc(counts.retries)
    loads.inc(counts.loads)
    remembered.inc(counts.remembered)
  }
}

const edgeFigures = (named: Named): ((sources: WriteSources) => void) => {
  const queued = new Gauge(
    named('append_queue_commands', 'Commands that wait for a batch; at 10,000 more are refused.'),
  )
  const age = new Gauge(
    named(
      'append_queue_age_seconds',
      'How long the oldest of them has waited; over 2, more are refused.',
    ),
  )
  const sockets = new Gauge(
    named('websockets', 'WebSockets that are open; at 15,000 more are refused.'),
  )
  const subscribers = new Gauge(
    named(
      'subscriptions',
      'Subscriptions to orders, timelines and statistics that are open, over WebSockets and server-sent events.',
    ),
  )
  return (sources) => {
    const { commands, oldestMs } = sources.queue()
    queued.set(commands)
    age.set(oldestMs / 1000)
    sockets.set(sources.sockets())
    subscribers.set(sources.subscribers())
  }
}

const processFigures = (
  named: Named,
): ((processes: readonly ProcessStatus[] | undefined) => void) => {
  const tasks = new Gauge(
    named('process_tasks', 'Tasks that are not done, by how far they have got.', [
      'process',
      'state',
    ]),
  )
  const late = new Gauge(
    named(
      'process_task_late_seconds',
      'For how long the task that has waited longest has been due, parked ones left out.',
      ['process'],
    ),
  )
  const lag = new Gauge(
    named('process_lag_events', 'Events that a process has yet to react to.', ['process']),
  )
  return (processes) => {
    // As with read models: what was true before an outage is not told during it.
    for (const metric of [tasks, late, lag]) metric.reset()
    for (const { process, ...status } of processes ?? []) {
      for (const state of TASK_STATES)
        tasks.set({ process, state: state.toLowerCase() }, status.tasks[state])
      late.set({ process }, status.oldestLateMs / 1000)
      lag.set({ process }, Number(status.lag))
    }
  }
}
