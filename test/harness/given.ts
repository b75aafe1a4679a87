import { expect } from 'vitest'
import type { Decider, Decision } from '../../src/domain/decider.ts'
import { fold } from '../../src/domain/decider.ts'

type Named = { readonly type: string }

/** What this test file has seen decided so far, so that it can prove that it left nothing out. */
export const exercised = { events: new Set<string>(), refusals: new Set<string>() }

const note = (decision: Decision<Named, Named>): void => {
  if (decision.type === 'refused') exercised.refusals.add(decision.refusal.type)
  else for (const event of decision.events) exercised.events.add(event.type)
}

/** Given a history, when a command comes, then exactly these events follow, or this refusal. */
export const given =
  <Command, Event extends Named, State, Refusal extends Named>(
    decider: Decider<Command, Event, State, Refusal>,
  ) =>
  (...history: readonly Event[]) => ({
    when: (command: Command) => {
      const state = fold(decider.evolve, decider.initial, history)
      const decision = decider.decide(command, state)
      note(decision)
      return {
        // The words are given, when and then; nobody awaits this.
        // oxlint-disable-next-line unicorn/no-thenable
        then: (...events: readonly Event[]): void => {
          expect(decision).toEqual({ type: 'accepted', events })
          // What was decided must also be a history that can be read back.
          if (decision.type === 'accepted') fold(decider.evolve, state, decision.events)
        },
        thenRefused: (refusal: Refusal): void => {
          expect(decision).toEqual({ type: 'refused', refusal })
        },
      }
    },
  })
