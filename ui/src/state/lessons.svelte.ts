// Lessons: which there are, the one that is open, and how far somebody is in it.

import { SvelteMap } from 'svelte/reactivity';

import type {
  Lesson,
  LessonAction,
  LessonEntry,
  LessonList,
  LessonProgress,
  LessonStep,
  LessonView,
  StepPerformance,
  TraceDetail,
} from '../bindings/api';
import type { Lab } from './lab.svelte';

export class Lessons {
  #lab: Lab;
  #list = $state.raw<LessonList | null>(null);
  #view = $state.raw<LessonView | null>(null);
  #at = $state(0);
  /** What came of steps since the lesson was begun, by their numbers. */
  readonly #came = new SvelteMap<number, StepPerformance>();
  #performing = $state(false);
  #announcement = $state('');
  #ondone: (traces: readonly TraceDetail[]) => void;
  #onbegin: () => void;
  /** From which seed; null: from the lesson's own. */
  seed: number | null = null;

  /** `ondone` is given the single requests that were sent; `onbegin` is told that what was shown belongs to the past. */
  constructor(lab: Lab, onbegin: () => void, ondone: (traces: readonly TraceDetail[]) => void) {
    this.#lab = lab;
    this.#onbegin = onbegin;
    this.#ondone = ondone;
  }

  /** Every lesson there is; null until they are known. */
  get list(): LessonList | null {
    return this.#list;
  }

  /** The lesson that is open; null where the list is shown. */
  get lesson(): Lesson | null {
    return this.#view?.lesson ?? null;
  }

  get progress(): LessonProgress {
    return this.#view?.progress ?? { done: [], predictions: [] };
  }

  /** Which step is shown, from 0. */
  get at(): number {
    return this.#at;
  }

  get step(): LessonStep | null {
    return this.lesson?.steps[this.#at] ?? null;
  }

  /** What came of the step that is shown; null before anything was done. */
  get came(): StepPerformance | null {
    return this.cameOf(this.#at);
  }

  /** A step is being done. */
  get performing(): boolean {
    return this.#performing;
  }

  /** What happened, for those who hear it instead of seeing it. */
  get announcement(): string {
    return this.#announcement;
  }

  cameOf(step: number): StepPerformance | null {
    return this.#came.get(step) ?? null;
  }

  /** Which choice was made in a step; null where none was. */
  chosenIn(step: number): number | null {
    return this.progress.predictions.find((made) => made.step === step)?.choice ?? null;
  }

  /** Where in the step that is shown stands what is to be done next; null once all of it was. */
  get next(): number | null {
    return this.#left[0]?.index ?? null;
  }

  async load(): Promise<void> {
    this.#list = (await this.#lab.run('lessons')) ?? this.#list;
  }

  /** Opens a lesson at the first step that was not done, and puts what it starts from in force. */
  async open({ name }: Pick<LessonEntry, 'name'>): Promise<void> {
    const view = await this.#lab.run('begin_lesson', { name, seed: this.seed });
    if (!view) return;
    this.#view = view;
    this.#came.clear();
    const open = view.lesson.steps.findIndex((_, step) => !view.progress.done.includes(step));
    this.#at = Math.max(0, open);
    this.#onbegin();
  }

  /** Begins the lesson that is open again, from its first step. */
  async beginAgain(): Promise<void> {
    if (this.lesson) await this.open(this.lesson);
    this.#at = 0;
  }

  /** Back to the list; the conditions of the settings come back. */
  async leave(): Promise<void> {
    if (!this.#view) return;
    this.#view = null;
    await this.#lab.run('leave_lesson');
    await this.load();
  }

  /** Shows another step. */
  go(step: number): void {
    if (this.#performing || !this.lesson?.steps[step]) return;
    this.#at = step;
  }

  async predict(choice: number): Promise<void> {
    const { lesson, step } = this;
    if (!lesson || !step?.predict?.choices[choice] || this.came || this.#performing) return;
    const progress = await this.#lab.run('predict_step', { name: lesson.name, step: this.#at, choice });
    if (progress) this.#follow(lesson, progress);
  }

  /** Does what is left of the step that is shown; where nothing is, all of it again. Nothing is done twice at once. */
  async perform(): Promise<void> {
    const { lesson, next } = this;
    const count = this.step?.actions.length ?? 0;
    if (!lesson || count === 0) return;
    // What was begun key by key is ended so too, or its beginning would be done twice.
    const rest = next ? Array.from({ length: count - next }, (_, past) => next + past) : [null];
    await this.#perform(lesson, rest);
  }

  /** The key of the next action that has one; null where none is left that has. */
  get nextKey(): string | null {
    return this.#left.find(({ action }) => action.key)?.action.key ?? null;
  }

  /** Does what that key stands for. What has no key of its own, such as waiting, goes with it: before it, and at the end. */
  async performNextKey(): Promise<void> {
    const { lesson } = this;
    const left = this.#left;
    const keyed = left.findIndex(({ action }) => action.key);
    if (!lesson || keyed < 0) return;
    const others = left.findIndex(({ action }, place) => place > keyed && action.key);
    const done = others < 0 ? left : left.slice(0, keyed + 1);
    await this.#perform(
      lesson,
      done.map(({ index }) => index),
    );
  }

  /** What has yet to be done in the step that is shown, and where it stands there. */
  get #left(): { index: number; action: LessonAction }[] {
    const { step, came } = this;
    if (!step || came?.done) return [];
    return step.actions.map((action, index) => ({ index, action })).slice(came?.results.length ?? 0);
  }

  async #perform(lesson: Lesson, actions: readonly (number | null)[]): Promise<void> {
    if (this.#performing) return;
    const { name } = lesson;
    const step = this.#at;
    this.#performing = true;
    for (const action of actions) {
      const performed = await this.#lab.run('perform_step', { name, step, action, seed: this.seed });
      if (!performed) break;
      const { performance, progress } = performed;
      const before = action === null ? [] : (this.cameOf(step)?.results ?? []);
      const others = before.filter(
        (known) => !performance.results.some((result) => result.action === known.action),
      );
      this.#came.set(step, {
        ...performance,
        results: [...others, ...performance.results],
      });
      this.#follow(performed.lesson, progress);
      this.#ondone(performance.results.flatMap(({ traces }) => traces));
      this.#announcement = inWords(performance);
    }
    this.#performing = false;
  }

  /** Forgets how far somebody is, in all lessons. */
  async forget(): Promise<void> {
    this.#list = (await this.#lab.run('reset_lessons', { name: null })) ?? this.#list;
  }

  #follow(lesson: Lesson, progress: LessonProgress): void {
    if (this.#view?.lesson.name === lesson.name) this.#view = { lesson, progress };
  }
}

/** What a step came to, to be heard. */
function inWords({ results, prediction, expectations }: StepPerformance): string {
  const verdict =
    prediction?.correct === true
      ? ['Your prediction was right.']
      : prediction?.correct === false
        ? [`Your prediction was not right. ${prediction.because}`]
        : [];
  const held = expectations
    .filter(({ holds }) => holds !== null)
    .map(({ says, holds }) => `${holds ? 'Holds' : 'Does not hold'}: ${says}`);
  return [...results.map(({ told }) => told), ...verdict, ...held].join(' ');
}
