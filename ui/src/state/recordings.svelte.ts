// The recordings that are kept, as the page lists them; what is written of them, and taking a deletion back.

import type { About, Format, RecordingChange } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';

/** What a file can be: its name for people, and what opens it. */
export const FORMATS: readonly [format: Format, name: string, words: string][] = [
  ['json', 'JSON', 'everything; Cachescope imports it'],
  ['csv_seconds', 'CSV of its seconds', 'how it went, for a spreadsheet'],
  ['csv_percentiles', 'CSV of its percentiles', 'of each outcome and step'],
  ['csv_traces', 'CSV of its sampled requests', 'a line each'],
  ['hgrm', 'HdrHistogram .hgrm', 'percentiles, for its plotter'],
  ['hlog', 'HdrHistogram log', 'its histograms'],
  ['trace', 'Perfetto trace', 'sampled requests, for ui.perfetto.dev'],
];

export class Recordings {
  #lab: Lab;
  #list = $state.raw<readonly About[] | null>(null);
  #problem = $state<string | null>(null);
  #asking: Promise<void> | null = null;
  /** The list changed while it was asked for. */
  #again = false;
  /** Deleted and not had back, the latest last; each with the message that says so. */
  #deleted: { id: number; name: string; message: number }[] = [];

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The newest first; none before they are known. */
  get list(): readonly About[] {
    return this.#list ?? [];
  }

  get known(): boolean {
    return this.#list !== null;
  }

  /** Why they could not be listed. */
  get problem(): string | null {
    return this.#problem;
  }

  find(id: number): About | null {
    return this.list.find((about) => about.id === id) ?? null;
  }

  /** Those that were recorded together with one, it included, in their order: the sides of a split, or a study. */
  together({ id, study }: About): number[] {
    if (!study) return [id];
    const others = this.list.filter((about) => about.study?.key === study.key);
    return others
      .sort((one, other) => (one.study?.position ?? 0) - (other.study?.position ?? 0))
      .map((about) => about.id);
  }

  /** The list has changed. Until somebody asks for it, nobody needs it. */
  follow(): void {
    if (this.known) void this.refresh();
  }

  /** Asks for the list, once at a time; what changed meanwhile is asked for again. */
  refresh(): Promise<void> {
    this.#again = this.#asking !== null;
    this.#asking ??= this.#fetch().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** Changes what is written of one. Answers what was wrong, or null. */
  async change(id: number, change: Partial<RecordingChange>): Promise<string | null> {
    try {
      const changed = await this.#lab.ask('change_recording', {
        id,
        change: { name: null, note: null, tags: null, ...change },
      });
      this.#list = this.list.map((about) => (about.id === id ? changed : about));
      return null;
    } catch (reason) {
      return Failure.from(reason).message;
    }
  }

  /** Deletes one. A message stays that offers it back. */
  async delete(id: number): Promise<void> {
    const about = this.find(id);
    if (!about || !(await this.#lab.run('delete_recording', { id }))) return;
    this.#list = this.list.filter((each) => each.id !== id);
    const undo = { words: 'Undo', take: () => void this.#restore(id) };
    const message = this.#lab.say(
      'notice',
      `“${about.name}” was deleted. Until Cachescope is closed it can be had back.`,
      undo,
    );
    this.#deleted = [...this.#deleted, { id, name: about.name, message }];
  }

  /** Takes the latest deletion back. */
  async undo(): Promise<void> {
    const last = this.#deleted.at(-1);
    if (last) await this.#restore(last.id);
  }

  /** Takes in a recording from a file. Answers its number, or null where the person chose none. */
  async import(): Promise<number | null> {
    const imported = await this.#lab.run('import_recording');
    if (!imported) return null;
    const { about, known } = imported;
    this.#lab.say(
      'notice',
      known
        ? `“${about.name}” was here already; it was not taken in twice.`
        : `“${about.name}” was imported.`,
    );
    await this.refresh();
    return about.id;
  }

  /** Writes one into a file that the person chooses. */
  async save(id: number, format: Format): Promise<void> {
    const saved = await this.#lab.run('save_recording', { id, format });
    if (saved?.path) this.#lab.say('notice', `Saved to ${saved.path}`);
  }

  async #restore(id: number): Promise<void> {
    const deleted = this.#deleted.find((each) => each.id === id);
    if (!deleted) return;
    this.#deleted = this.#deleted.filter((each) => each !== deleted);
    this.#lab.dismiss(deleted.message);
    if (!(await this.#lab.run('restore_recording', { id }))) return;
    this.#lab.say('notice', `“${deleted.name}” is back.`);
    await this.refresh();
  }

  async #fetch(): Promise<void> {
    do {
      this.#again = false;
      try {
        this.#list = await this.#lab.ask('recordings');
        this.#problem = null;
      } catch (reason) {
        this.#problem = Failure.from(reason).message;
      }
    } while (this.#again);
  }
}
