import { oneClient } from './command-visible.ts'
import { freshDatabase } from './fresh-database.ts'
import { interleave } from './interleave.ts'
import type { Run } from './main.ts'
import type { Part } from './options.ts'
import { replays } from './replays.ts'
import type { Outcome } from './report.ts'
import { visibleUnderLoad } from './visible-under-load.ts'

/** Rebuilding `orders`, and how soon a command is seen: by one client, and under load. */
export const benchProjection = async (run: Run): Promise<Outcome> => {
  const outcomes: Outcome[] = []
  for (const part of run.parts) outcomes.push(await PART[part](run))
  return {
    figures: Object.assign({}, ...outcomes.map(({ figures }) => figures)),
    ratios: Object.assign({}, ...outcomes.map(({ ratios }) => ratios)),
    notes: outcomes.flatMap(({ notes }) => notes),
  }
}

const visible = async (run: Run): Promise<Outcome> => {
  await using client = await oneClient(await freshDatabase(run.postgresUrl, 'visible'), run.signal)
  const measured = await interleave(
    (['bare', 'visible'] as const).map((name) => ({
      name,
      measure: (seconds: number) => client.measure(name, seconds),
    })),
    run,
  )
  const [bare, seen] = [measured.get('bare'), measured.get('visible')]
  if (!bare || !seen) throw new Error('A contender was not measured.')
  return {
    figures: { 'command@bare': bare, 'command@visible': seen },
    ratios: { 'command@visible': Math.round((seen.p50Ms / bare.p50Ms) * 100) / 100 },
    notes: [
      'command@visible: the p50 of a command and the read that demands it, over the p50 of a command; less is better.',
    ],
  }
}

const PART: Readonly<Record<Part, (run: Run) => Promise<Outcome>>> = {
  replay: replays,
  visible,
  load: visibleUnderLoad,
}
