// What passes by the server: a stream of commands, the app's own left out unless they are asked for.

import type { Passed } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';

/** How many commands are held. */
const HELD = 500;

export class PassingCommands {
  #lab: Lab;
  #commands = $state.raw<readonly Passed[]>([]);
  #after = 0;
  #missed = $state(0);
  #others = $state(0);
  #own = $state(0);
  #watching = $state(false);
  #note = $state<string | null>(null);
  #showsOwn = $state(false);
  paused = $state(false);

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The latest last. */
  get commands(): readonly Passed[] {
    return this.#commands;
  }

  /** The latest command that is not the app's own. */
  get latest(): Passed | null {
    return this.#commands.findLast(({ own }) => !own) ?? null;
  }

  /** How many passed unseen: too many to be kept. */
  get missed(): number {
    return this.#missed;
  }

  get others(): number {
    return this.#others;
  }

  get own(): number {
    return this.#own;
  }

  get watching(): boolean {
    return this.#watching;
  }

  get note(): string | null {
    return this.#note;
  }

  get showsOwn(): boolean {
    return this.#showsOwn;
  }

  show(own: boolean): void {
    this.#showsOwn = own;
    if (!own) this.#commands = this.#commands.filter((passed) => !passed.own);
  }

  clear(): void {
    this.#commands = [];
    this.#missed = 0;
  }

  async turn(): Promise<void> {
    if (this.paused) return;
    try {
      const passing = await this.#lab.ask('passing_commands', { after: this.#after, own: this.#showsOwn });
      // The watch began anew: what it counts begins anew too.
      const anew = passing.last < this.#after;
      this.#after = passing.last;
      this.#missed = (anew ? 0 : this.#missed) + passing.missed;
      this.#others = passing.others;
      this.#own = passing.own;
      this.#watching = passing.watching;
      this.#note = passing.note;
      if (passing.commands.length > 0) {
        const cut = Math.max(0, this.#commands.length + passing.commands.length - HELD);
        this.#commands = [...this.#commands, ...passing.commands].slice(cut);
      }
      if (!passing.watching) this.#after = 0;
    } catch (reason) {
      this.#watching = false;
      this.#note = Failure.from(reason).message;
    }
  }

  end(): void {
    this.#watching = false;
    this.#after = 0;
    void this.#lab.ask('end_watch').catch(() => undefined);
  }
}
