// Inside: what is in the cache, the server's numbers, a console, what passes by, and the database's tables. Nothing of it is asked
// for unless it is looked at.

import { InsideConsole } from './inside-console.svelte';
import { InsideKeys } from './inside-keys.svelte';
import { InsideServer } from './inside-server.svelte';
import { InsideTables } from './inside-tables.svelte';
import type { Lab } from './lab.svelte';
import { PassingCommands } from './passing.svelte';
import { poll } from './polling';

export type InsideTab = 'keys' | 'server' | 'console' | 'monitor' | 'tables';

export class Inside {
  #lab: Lab;
  readonly keys: InsideKeys;
  readonly server: InsideServer;
  readonly console: InsideConsole;
  readonly passing: PassingCommands;
  readonly tables: InsideTables;
  tab = $state<InsideTab>('keys');
  /** Somebody else's server is watched only for whoever asks for it: MONITOR slows it down, and shows what others do there. */
  #agreed = $state(false);

  constructor(lab: Lab, now: () => number) {
    this.#lab = lab;
    this.keys = new InsideKeys(lab, now);
    this.server = new InsideServer(lab);
    this.console = new InsideConsole(lab);
    this.passing = new PassingCommands(lab);
    this.tables = new InsideTables(lab);
  }

  /** Which server it is, as far as what is known of another says nothing of it. */
  get engine(): string {
    const { conditions, engine } = this.#lab.status ?? {};
    return JSON.stringify([conditions?.engine, engine]);
  }

  get external(): boolean {
    return this.#lab.status?.conditions.engine.kind === 'external';
  }

  /** Whether what passes by may be watched. */
  get watches(): boolean {
    return this.#agreed || !this.external;
  }

  /** Another server: nothing is known of it, nor has anybody agreed to anything there. */
  startOver(): void {
    this.#agreed = false;
    this.keys.askEach(false);
    this.server.startOver();
    this.console.startOver();
    this.passing.clear();
  }

  watch(agreed: boolean): void {
    this.#agreed = agreed;
    if (!agreed) this.passing.end();
  }

  /** Whether what others do may be shown beside the chart: on our own server, and not while traffic is measured on it. */
  glances(traffic: boolean): boolean {
    const { engine, conditions } = this.#lab.status ?? {};
    return conditions?.engine.kind === 'bundled' && engine?.state === 'running' && !traffic;
  }

  /** Does so. What is returned ends it. */
  glance(): () => void {
    const end = poll(700, () => this.passing.turn());
    return () => {
      end();
      this.passing.end();
    };
  }

  /** Looks, as long as a tab is shown. What is returned ends it. */
  look(): (() => void) | undefined {
    switch (this.tab) {
      case 'keys':
        return poll(400, () => this.keys.turn());
      case 'server':
        return poll(1_000, () => this.server.turn());
      case 'console':
        void this.console.load();
        return undefined;
      case 'monitor':
        return this.watches ? poll(300, () => this.passing.turn()) : undefined;
      case 'tables':
        void this.tables.load();
        return undefined;
    }
  }
}
