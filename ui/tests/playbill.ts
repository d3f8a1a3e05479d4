// Scenes for tests and for looking at the page.

import type { Conditions, PlaySceneRequest, Scene, SceneState, Settings } from '../src/bindings/api';

const take = (name: string, conditions: Conditions, single_flight: boolean): Scene['takes'][number] => ({
  name,
  warm: null,
  ...conditions,
  query: 'report',
  protections: { ...conditions.protections, single_flight },
});

/** Two scenes, played under the conditions and with the workload of those settings. */
export const playbill = ({ conditions, workload }: Settings): Scene[] => [
  {
    name: 'stampede',
    title: 'Stampede',
    story:
      'One answer is dear and everybody wants it. When it expires, all who ask before it is back miss at once, and ' +
      'each of them asks the database for the same thing.',
    ask: 'The answer expires after a second. How many queries will the database see for it?',
    workload,
    acts: [{ at_ms: 1_000, deed: 'expire_keys' }],
    measures: ['database_queries', 'p99'],
    takes: [take('unprotected', conditions, false), take('single-flight', conditions, true)],
    claims: [
      {
        says: 'Unprotected, the database sees the same query at least 5 times.',
        measure: 'database_queries',
        of: 'unprotected',
        against: null,
        against_measure: null,
        at_most: null,
        at_least: 5,
      },
      {
        says: 'With single-flight it sees it once.',
        measure: 'database_queries',
        of: 'single-flight',
        against: null,
        against_measure: null,
        at_most: 1,
        at_least: 1,
      },
    ],
  },
  {
    name: 'cold-start',
    title: 'Cold start',
    story: 'The server behind the cache was started anew. It is empty, so every request misses.',
    ask: 'The cache is empty, and traffic comes. What happens to the response times, and for how long?',
    workload,
    acts: [],
    measures: ['database_queries'],
    takes: [take('cold', conditions, false)],
    claims: [],
  },
];

/** What the takes of the first scene came to. */
const CAME_TO: Record<string, number[]> = { unprotected: [112, 690e6], 'single-flight': [1, 38.2e6] };

/** How a scene is once a take of it was played. */
export function played(
  { scene, take }: PlaySceneRequest,
  before: SceneState | null,
  scenes: readonly Scene[],
): SceneState {
  const name = take ?? 'unprotected';
  const others = before?.measured.filter((measured) => measured.take !== name) ?? [];
  const measured = [...others, { take: name, requests: 1_500, values: CAME_TO[name] ?? [300] }];
  const claims = scenes.find((each) => each.name === scene)?.claims ?? [];
  const judged = claims.map(({ says, of }) => ({
    says,
    holds: measured.some((each) => each.take === of) ? true : null,
  }));
  return { scene, take: name, playing: false, set_up_ms: 3, measured, judged };
}
