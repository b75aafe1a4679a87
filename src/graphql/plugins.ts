import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { latest } from '../store/position.ts'
import type { GraphqlContext } from './context.ts'
import { clearErrors, clearHttpErrors, parseError } from './clear-errors.ts'
import { holdBack, type ExecutionArguments } from './read-after.ts'

/** What every operation goes through, on every transport. */
export const graphqlPlugins = (): readonly Plugin<GraphqlContext>[] => [
  readAfter(),
  answerPosition(),
  errorCodes(),
]

const readAfter = (): Plugin<GraphqlContext> => ({
  async onExecute({ args, setResultAndStopExecution }) {
    const error = await held(args)
    if (error !== undefined) setResultAndStopExecution({ errors: [error] })
  },
  async onSubscribe({ args, setResultAndStopExecution }) {
    const error = await held(args)
    if (error !== undefined) setResultAndStopExecution({ errors: [error] })
  },
})

const held = async (args: ExecutionArguments): Promise<GraphQLError | undefined> => {
  try {
    await holdBack(args)
    return undefined
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

/** Says in `extensions` how fresh the answer is, or where it wrote, and how many streams it lacks. */
const answerPosition = (): Plugin<GraphqlContext> => ({
  onExecute: () => ({
    onExecuteDone({ args, result, setResult }) {
      if (Symbol.asyncIterator in result) return
      const { services, state } = args.contextValue
      const position = state.written.length > 0 ? latest(...state.written) : state.served.lowest()
      if (position === undefined) return
      const parkedStreams = state.demands.lacking(state.served.parked)
      setResult({
        ...result,
        extensions: {
          ...result.extensions,
          position: services.positions.token(position),
          ...(parkedStreams === 0 ? {} : { parkedStreams }),
        },
      })
    },
  }),
})

/** Every error that leaves has a code of the list, whoever made it. */
const errorCodes = (): Plugin<GraphqlContext> => ({
  onParse:
    () =>
    ({ result, replaceParseResult }) => {
      if (result instanceof GraphQLError) replaceParseResult(parseError(result))
    },
  onExecute: () => ({
    onExecuteDone({ args, result, setResult }) {
      if (!(Symbol.asyncIterator in result)) setResult(clearErrors(args, result))
    },
  }),
  onSubscribe: () => ({
    onSubscribeResult({ args, result, setResult }) {
      if (!(Symbol.asyncIterator in result)) setResult(clearErrors(args, result))
    },
  }),
  onResultProcess(processed) {
    const { result } = processed
    if (!Array.isArray(result) && !(Symbol.asyncIterator in result))
      processed.setResult(clearHttpErrors(result))
  },
})
