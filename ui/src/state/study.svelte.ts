// A planned comparison: what is planned, how it gets on, and where it ended.

import type { Conditions, Contender, Length, Plan, StudyState } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';
import { QUICK_SETS, roundOf, type QuickSet } from './plan';

const IDLE: StudyState = { state: 'idle' };

export class Study {
  #lab: Lab;
  #done: (recordings: readonly number[], message: string) => void;
  /** What was changed of the plan; the rest is as usual. */
  #draft = $state.raw<Partial<Omit<Plan, 'workload'>> & { length?: Length }>({});
  #problem = $state<string | null>(null);
  #starting = $state(false);
  #announcement = $state('');
  #before: StudyState['state'] = 'idle';
  /** The form is open. */
  planning = $state(false);

  /** `done` is told where one ended that was seen under way. */
  constructor(lab: Lab, done: (recordings: readonly number[], message: string) => void) {
    this.#lab = lab;
    this.#done = done;
  }

  get state(): StudyState {
    return this.#lab.status?.study ?? IDLE;
  }

  get on(): boolean {
    return this.state.state === 'running';
  }

  /** The command that starts it is under way. */
  get starting(): boolean {
    return this.#starting;
  }

  /** What is wrong with the plan, as the laboratory says. */
  get problem(): string | null {
    return this.#problem;
  }

  get announcement(): string {
    return this.#announcement;
  }

  /** The conditions of the Stage, which sets begin from. */
  get now(): Conditions | null {
    return this.#lab.settings?.conditions ?? null;
  }

  /** What would be sent now; null before the settings are known. */
  get plan(): Plan | null {
    const { settings } = this.#lab;
    if (!settings) return null;
    const { length, conditions, ...draft } = this.#draft;
    const chosen = conditions ?? QUICK_SETS[0]?.make(settings.conditions) ?? [];
    return {
      name: chosen.map(({ name }) => name).join(', '),
      note: '',
      rounds: 5,
      warm_up_ms: 2_000,
      ...draft,
      conditions: chosen,
      workload: { ...settings.workload, length: length ?? roundOf(settings.workload.length) },
    };
  }

  change(changed: Partial<Omit<Plan, 'workload' | 'conditions'>>): void {
    this.#draft = { ...this.#draft, ...changed };
    this.#problem = null;
  }

  chooseLength(length: Length): void {
    this.#draft = { ...this.#draft, length };
    this.#problem = null;
  }

  chooseConditions(conditions: Contender[]): void {
    this.#draft = { ...this.#draft, conditions };
    this.#problem = null;
  }

  chooseSet({ make }: QuickSet): void {
    if (this.now) this.chooseConditions(make(this.now));
  }

  async start(): Promise<void> {
    const { plan } = this;
    if (!plan || this.#starting) return;
    this.#problem = null;
    this.#starting = true;
    try {
      await this.#lab.ask('start_study', plan);
      this.planning = false;
    } catch (reason) {
      this.#problem = Failure.from(reason).message;
    } finally {
      this.#starting = false;
    }
  }

  async cancel(): Promise<void> {
    await this.#lab.run('cancel_study');
  }

  /** Follows what the laboratory says of it. */
  follow(state: StudyState): void {
    const before = this.#before;
    this.#before = state.state;
    if (state.state === 'running' && before !== 'running') {
      this.#announcement = `The comparison ${state.name} began: ${state.rounds} rounds.`;
    } else if (state.state === 'ended' && before === 'running') {
      this.#announcement = state.message;
      this.#done(state.recordings, state.message);
    }
  }
}
