// Which recordings are picked, and what they come to: one by itself is opened, more are compared. The laboratory is asked
// anew whenever what is picked changes; an older answer never takes the place of a newer one.

import type { About, CompareRequest, RecordingView, SideBySide } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';
import type { Recordings } from './recordings.svelte';

/** As many as have a colour, a dash and a shape to tell them by; more would not be read either. */
export const MOST = 12;

/** After how many milliseconds it is said that an answer takes its time. */
const SLOW_MS = 1_000;

export type Answer = { kind: 'one'; view: RecordingView } | { kind: 'many'; view: SideBySide };

export class Comparison {
  #lab: Lab;
  #recordings: Recordings;
  #ids = $state.raw<readonly number[]>([]);
  #baselineId = $state<number | null>(null);
  #answer = $state.raw<Answer | null>(null);
  #problem = $state<string | null>(null);
  #slow = $state(false);
  #pending = $state(false);
  /** What the answer that is shown, or awaited, answers. */
  #asked: string | null = null;
  #questions = 0;

  readonly #picked = $derived(
    this.#ids.flatMap((id) => {
      const about = this.#recordings.find(id);
      return about ? [about] : [];
    }),
  );

  constructor(lab: Lab, recordings: Recordings) {
    this.#lab = lab;
    this.#recordings = recordings;
  }

  /** Those that are picked and still there, in the order in which they were picked. */
  get picked(): readonly About[] {
    return this.#picked;
  }

  has(id: number): boolean {
    return this.#ids.includes(id);
  }

  get full(): boolean {
    return this.#picked.length >= MOST;
  }

  /** What the others are compared with: the one that was chosen, or else the first. */
  get baselineId(): number | null {
    const chosen = this.#picked.find(({ id }) => id === this.#baselineId);
    return (chosen ?? this.#picked[0])?.id ?? null;
  }

  /** Changes when there is something else to ask. */
  get question(): string {
    return JSON.stringify([this.baselineId, this.#picked]);
  }

  get answer(): Answer | null {
    return this.#answer;
  }

  /** What it comes to, for those who hear it. */
  get announcement(): string {
    const { answer } = this;
    if (answer?.kind === 'one') return `${answer.view.about.name} is open.`;
    return answer?.view.comparison.results.map(({ sentence }) => sentence).join(' ') ?? '';
  }

  /** Why there is no answer. */
  get problem(): string | null {
    return this.#problem;
  }

  get pending(): boolean {
    return this.#pending;
  }

  /** An answer is awaited, and has been for a while. */
  get slow(): boolean {
    return this.#slow;
  }

  toggle(id: number): void {
    if (this.has(id)) this.#ids = this.#ids.filter((each) => each !== id);
    else if (!this.full) this.#ids = [...this.#picked.map((about) => about.id), id];
  }

  /** Picks these and no others; the first is the baseline. */
  pick(ids: readonly number[]): void {
    this.#ids = ids.slice(0, MOST);
    this.#baselineId = ids[0] ?? null;
  }

  chooseBaseline(id: number): void {
    this.#baselineId = id;
  }

  /** Asks what the picked come to, unless that is known. */
  async ask(): Promise<void> {
    const { question } = this;
    if (question === this.#asked) return;
    this.#asked = question;
    this.#questions += 1;
    const number = this.#questions;
    const ids = this.#ofPicked();
    this.#problem = null;
    this.#slow = false;
    this.#pending = ids.length > 0;
    if (ids.length === 0) {
      this.#answer = null;
      return;
    }
    const slow = setTimeout(() => (this.#slow = this.#questions === number), SLOW_MS);
    try {
      const answer = await this.#get(ids);
      if (number === this.#questions) this.#answer = answer;
    } catch (reason) {
      if (number !== this.#questions) return;
      this.#answer = null;
      this.#asked = null;
      this.#problem = Failure.from(reason).message;
    } finally {
      clearTimeout(slow);
      if (number === this.#questions) this.#slow = this.#pending = false;
    }
  }

  /** Writes what is compared into a file that the person chooses. */
  async save(format: 'html' | 'json'): Promise<void> {
    const saved = await this.#lab.run('save_comparison', { compared: this.#asAsked(), format });
    if (saved?.path) this.#lab.say('notice', `Saved to ${saved.path}`);
  }

  async saveChart(title: string, format: 'svg' | 'png'): Promise<void> {
    const saved = await this.#lab.run('save_chart', { ...this.#asAsked(), title, format });
    if (saved?.path) this.#lab.say('notice', `Saved to ${saved.path}`);
  }

  /** What the answer on show is about, which may be older than what is picked. */
  #asAsked(): CompareRequest {
    const { answer } = this;
    if (answer?.kind === 'many') {
      const { recordings, baseline } = answer.view.comparison;
      return { ids: recordings.map(({ about }) => about.id), baseline };
    }
    return { ids: answer ? [answer.view.about.id] : [], baseline: 0 };
  }

  #ofPicked(): number[] {
    return this.#picked.map(({ id }) => id);
  }

  async #get(ids: number[]): Promise<Answer> {
    const [id] = ids;
    if (ids.length === 1 && id !== undefined) {
      return { kind: 'one', view: await this.#lab.ask('open_recording', { id }) };
    }
    const baseline = Math.max(0, ids.indexOf(this.baselineId ?? -1));
    return { kind: 'many', view: await this.#lab.ask('compare', { ids, baseline }) };
  }
}
