import pino from 'pino'
import type { DestinationStream, Logger } from 'pino'

export type { Logger } from 'pino'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const STDERR = 2

/** JSON lines on stderr: stdout belongs to what a person reads. Written at once, so that none is lost. */
export const processLogger = (level: LogLevel): Logger =>
  pinoLogger(level, pino.destination({ fd: STDERR, sync: true }))

export const pinoLogger = (level: LogLevel, destination: DestinationStream): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
