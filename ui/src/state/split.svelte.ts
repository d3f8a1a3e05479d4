// The split Stage: side B beside side A, under conditions of its own, given the same requests.

import type { Conditions, SplitState } from '../bindings/api';
import type { Failure } from '../platform/host';
import { contrastTo } from './contrasts';
import type { Lab } from './lab.svelte';
import type { Side } from './side.svelte';
import type { Stage } from './stage.svelte';

const CLOSED: SplitState = { state: 'closed' };

export class Split {
  #lab: Lab;
  #stage: Stage;
  #make: () => Side;
  /** What side B had when it was closed: it has them again. */
  #last: Conditions | null = null;
  #changing = $state(false);
  #announcement = $state('');

  /** `make` gives the page's side B, once the laboratory has one. */
  constructor(lab: Lab, stage: Stage, make: () => Side) {
    this.#lab = lab;
    this.#stage = stage;
    this.#make = make;
  }

  get state(): SplitState {
    return this.#lab.status?.split ?? CLOSED;
  }

  /** Side B, while there is one. */
  get side(): Side | null {
    return this.#stage.b;
  }

  get open(): boolean {
    return this.side !== null;
  }

  /** It is being opened or closed. */
  get changing(): boolean {
    return this.#changing || this.state.state === 'opening';
  }

  /** How far the copy of the catalogue is, from 0 to 1; null where none is made. */
  get copied(): number | null {
    const { state } = this;
    if (state.state !== 'opening') return null;
    return state.total_bytes > 0 ? state.copied_bytes / state.total_bytes : 0;
  }

  /** For those who hear it instead of seeing it. */
  get announcement(): string {
    return this.#announcement;
  }

  async toggle(): Promise<void> {
    if (this.changing || !this.#lab.ready) return;
    await (this.state.state === 'closed' ? this.#open() : this.close());
  }

  async close(): Promise<void> {
    if (this.state.state === 'closed') return;
    this.#changing = true;
    await this.#lab.run('close_split');
    this.#changing = false;
  }

  /** Changes the conditions of side B. Answers what was wrong, or null. */
  async change(changed: Partial<Conditions>): Promise<Failure | null> {
    const { side } = this;
    const conditions = side?.lab.settings?.conditions;
    return side && conditions ? side.lab.change({ conditions: { ...conditions, ...changed } }) : null;
  }

  /** Follows what the laboratory says of it. */
  follow(state: SplitState): void {
    const { side } = this;
    if (state.state === 'open' && !side) {
      const second = this.#make();
      this.#stage.b = second;
      void second.lab.open();
      this.#announcement = 'The Stage is split: what you send goes to both sides.';
    } else if (state.state !== 'open' && side) {
      this.#last = side.lab.settings?.conditions ?? this.#last;
      this.#stage.b = null;
      if (state.state === 'closed') this.#announcement = 'The split is closed.';
    }
  }

  /** One workload for both: what side A asks, and whether it is drawn meanwhile, holds for side B. */
  match({ conditions: { query }, quiet }: { conditions: Conditions; quiet: boolean }): void {
    const settings = this.side?.lab.settings;
    if (!settings) return;
    if (settings.conditions.query !== query) void this.change({ query });
    if (settings.quiet !== quiet) void this.side?.lab.change({ quiet });
  }

  async #open(): Promise<void> {
    const { settings } = this.#lab;
    if (!settings) return;
    const { query } = settings.conditions;
    const conditions = { ...(this.#last ?? contrastTo(settings.conditions)), query };
    this.#changing = true;
    await this.#lab.run('open_split', conditions);
    this.#changing = false;
  }
}
