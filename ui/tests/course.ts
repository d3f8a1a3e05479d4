// Lessons for tests and for looking at the page, played on the backend in memory.

import type {
  Answered,
  Claim,
  Judged,
  Lesson,
  LessonList,
  LessonProgress,
  LessonStep,
  LessonView,
  Move,
  MoveResult,
  Passage,
  Performed,
  PerformRequest,
  PredictRequest,
  Settings,
  TraceDetail,
} from '../src/bindings/api';
import { formatNs } from '../src/units';

const said = (text: string): Passage => ({ kind: 'paragraph', spans: [{ text, style: 'plain' }] });

const claim = (says: string, measure: Claim['measure'], of: string): Claim => ({
  says,
  measure,
  of,
  against: null,
  against_measure: null,
  at_most: null,
  at_least: 1,
});

const choice = (says: string, measure: 'hits' | 'misses', of: string, because: string) => ({
  says,
  right: false,
  when: { measure, of, against: null, against_measure: null, at_most: null, at_least: 1 },
  because,
});

const ask = (as: string, says: string): LessonStep['actions'][number] => ({
  as,
  says,
  key: 'Space',
  do: { send: { product: 42, query: null, times: null } },
});

const STEPS: LessonStep[] = [
  {
    title: 'Ask once',
    cue: '“Product 42, please.” The shelf is empty, so somebody has to walk to the storeroom.',
    prose: [
      {
        kind: 'paragraph',
        spans: [
          { text: 'Beside the till there is a small shelf. That is the ', style: 'plain' },
          { text: 'cache', style: 'strong' },
          { text: ', and a copy is kept there as ', style: 'plain' },
          { text: 'cachescope:page:42', style: 'code' },
          { text: '.', style: 'plain' },
        ],
      },
      {
        kind: 'list',
        ordered: true,
        items: [
          [{ text: 'Look on the shelf first.', style: 'plain' }],
          [{ text: 'If it is not there, go to the cellar.', style: 'emphasis' }],
        ],
      },
    ],
    predict: {
      question: 'The cache is empty, and you ask for product 42. What will happen?',
      choices: [
        choice(
          'A hit: the cache answers',
          'hits',
          'first',
          'An empty shelf cannot answer. It took {first.time}.',
        ),
        choice('A miss: the database answers', 'misses', 'first', 'Just so. It took {first.time}.'),
      ],
    },
    actions: [
      { as: null, says: 'Empty the cache', key: 'X', do: 'clear' },
      ask('first', 'Ask for product 42'),
    ],
    expect: [claim('The first request misses.', 'misses', 'first')],
    after: [said('A miss, in {first.time}. Follow the lit path from the top.')],
  },
  {
    title: 'Ask again',
    cue: 'The same question. Watch which way it goes.',
    prose: [
      said('You have the answer already; the first took {first.time}. But you are not the only customer.'),
      { kind: 'code', text: 'client → server → in the cache?\n   yes: HIT → answer at once' },
    ],
    predict: {
      question: 'You ask for product 42 again. Who will answer?',
      choices: [
        choice('The cache', 'hits', 'second', 'Right: it took {second.time}.'),
        choice('The database', 'misses', 'second', 'It lay on the shelf, and took {second.time}.'),
      ],
    },
    actions: [
      { as: null, says: 'Wait a moment', key: '', do: { wait: { ms: 10 } } },
      ask('second', 'Ask for product 42 again'),
      { as: null, says: 'Wait a moment more', key: '', do: { wait: { ms: 10 } } },
    ],
    expect: [claim('The second request hits.', 'hits', 'second')],
    after: [said('A hit, in {second.time}; the miss before it took {first.time}.')],
  },
];

const lessonOf = ({ conditions }: Settings): Lesson => ({
  name: 'hit-and-miss',
  number: 1,
  own: false,
  title: 'The first request misses, the second hits',
  aim: 'You can say what a cache is, and which two ways a request can go.',
  minutes: 6,
  seed: 1,
  conditions,
  teacher: {
    note: 'Send the first two requests slowly, one press each.',
    questions: ['Who put the copy into the cache: the database, or the server?'],
    board: [
      'client → server → in the cache?',
      '   yes: HIT  → answer at once',
      '   no:  MISS → ask the database → keep a copy → answer',
    ],
  },
  opening: [
    said('Ask a shop for product 42, and you wait. Ask for the very same again, and you hardly wait at all.'),
  ],
  steps: STEPS,
});

/** What does the single acts of a step. */
export type Doing = (move: Move) => TraceDetail | null;

export class Course {
  #lesson: Lesson;
  #progress: LessonProgress = { done: [], predictions: [] };
  /** What was measured, by its name. */
  #met = new Map<string, TraceDetail>();
  #done = new Map<number, number>();

  constructor(settings: Settings) {
    this.#lesson = lessonOf(settings);
  }

  list(): LessonList {
    const { name, number, own, title, aim, minutes, steps } = this.#lesson;
    const entry = { name, number, own, title, aim, minutes, steps: steps.length, progress: this.#progress };
    const later = {
      ...entry,
      name: 'time-to-live',
      number: 3,
      title: 'Time to live',
      aim: 'You can say what a TTL is, who pays when it is over, and what you choose between when you choose one.',
      minutes: 8,
      progress: { done: [], predictions: [] },
    };
    const own_one = { ...later, name: 'ours', number: 0, own: true, title: 'Our own shop', minutes: 5 };
    return {
      lessons: [entry, later, own_one],
      faulty: [{ file: 'broken.md', message: 'Line 3: there is no measure "speed".' }],
      folder: '/home/ada/.local/share/cachescope/lessons',
    };
  }

  view(): LessonView {
    return { lesson: this.#filled(), progress: this.#progress };
  }

  begin(): LessonView {
    this.#done.clear();
    return this.view();
  }

  predict({ step, choice }: PredictRequest): LessonProgress {
    const others = this.#progress.predictions.filter((made) => made.step !== step);
    this.#progress = { ...this.#progress, predictions: [...others, { step, choice, correct: null }] };
    return this.#progress;
  }

  perform({ step, action }: PerformRequest, act: Doing): Performed {
    const performed = this.#lesson.steps[step];
    if (!performed) throw new Error(`There is no step ${step}.`);
    const { actions, expect, predict, after } = performed;
    const from = action ?? 0;
    const to = action === null ? actions.length - 1 : action;
    const results = actions.slice(from, to + 1).map((each, past): MoveResult => {
      const detail = act(each.do);
      if (each.as && detail) this.#met.set(each.as, detail);
      const took = detail ? formatNs(detail.trace.total_ns) : '';
      return {
        action: from + past,
        told: detail ? `A ${detail.trace.outcome}.` : 'The cache is empty.',
        shown: detail ? [{ name: 'time', value: took }] : [],
        traces: detail ? [detail] : [],
        run: null,
      };
    });
    const done = to === actions.length - 1;
    if (done) this.#progress = { ...this.#progress, done: [...new Set([...this.#progress.done, step])] };
    const chosen = this.#progress.predictions.find((made) => made.step === step)?.choice ?? null;
    const right = predict ? predict.choices.findIndex(({ when }) => when && this.#holds(when)) : -1;
    const told = predict?.choices[chosen ?? right];
    const answered: Answered | null =
      predict && done
        ? {
            chosen,
            right: right < 0 ? null : right,
            correct: chosen === null ? null : chosen === right,
            because: this.#fill(told?.because ?? ''),
          }
        : null;
    const expectations: Judged[] = expect.map((each) => ({ says: each.says, holds: this.#holds(each) }));
    return {
      performance: { step, results, expectations, prediction: answered, after: this.#passages(after), done },
      progress: this.#progress,
      lesson: this.#filled(),
    };
  }

  reset(): LessonList {
    this.#progress = { done: [], predictions: [] };
    return this.list();
  }

  #holds({ measure, of }: Pick<Claim, 'measure' | 'of'>): boolean | null {
    const met = this.#met.get(of);
    return met ? met.trace.outcome === (measure === 'hits' ? 'hit' : 'miss') : null;
  }

  #fill(text: string): string {
    return text.replace(/\{(\w+)\.time\}/g, (_, of: string) => {
      const met = this.#met.get(of);
      return met ? formatNs(met.trace.total_ns) : '–';
    });
  }

  /** Numbers stand out. */
  #passages(passages: readonly Passage[]): Passage[] {
    return passages.map((passage) => {
      if (passage.kind !== 'paragraph') return passage;
      const spans = passage.spans.flatMap(({ text, style }) =>
        text.split(/(\{\w+\.time\})/).map((part) => ({
          text: this.#fill(part),
          style: part.startsWith('{') ? ('measured' as const) : style,
        })),
      );
      return { ...passage, spans };
    });
  }

  #filled(): Lesson {
    const steps = this.#lesson.steps.map((step) => ({ ...step, prose: this.#passages(step.prose) }));
    return { ...this.#lesson, steps };
  }
}
