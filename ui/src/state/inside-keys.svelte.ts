// The keys in the cache as they are looked over, page by page, again and again.

import type { KeyFacts } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';

/** How many keys are held; of more, it is said how many. */
const MOST = 5_000;

export type KeyOrder = 'key' | 'left' | 'bytes' | 'idle' | 'hits';

/** A key, and when it was seen to be so, by the page's clock. */
export interface SeenKey extends KeyFacts {
  atMs: number;
}

export class InsideKeys {
  #lab: Lab;
  #now: () => number;
  // Thousands of keys: told of by the list, a look at a time.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #seen = new Map<string, SeenKey>();
  /** Those of the look that is going on. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #met = new Set<string>();
  #beyond = 0;
  #list = $state.raw<readonly SeenKey[]>([]);
  #left = $state(0);
  #pattern = $state('');
  #each = $state(false);
  #note = $state<string | null>(null);
  #unnoticed = $state(true);
  #problem = $state<string | null>(null);
  #known = $state(false);
  #nowMs = $state(0);
  #at: string | null = null;
  #look = 0;
  order = $state<KeyOrder>('key');
  announcement = $state('');

  constructor(lab: Lab, now: () => number) {
    this.#lab = lab;
    this.#now = now;
  }

  get pattern(): string {
    return this.#pattern;
  }

  get note(): string | null {
    return this.#note;
  }

  /** Whether the server counts nothing of the looking. */
  get unnoticed(): boolean {
    return this.#unnoticed;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** Whether all there are have been seen once. */
  get known(): boolean {
    return this.#known;
  }

  /** How many there are beyond those that are held. */
  get beyond(): number {
    return this.#left;
  }

  get each(): boolean {
    return this.#each;
  }

  /** The page's clock, as of the last turn. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** In the order that was chosen. */
  get list(): readonly SeenKey[] {
    return [...this.#list].sort(ORDERS[this.order]);
  }

  choose(pattern: string): void {
    this.#pattern = pattern;
    this.startOver();
  }

  /** Asks every key, though the server counts it; or no more. */
  askEach(each: boolean): void {
    this.#each = each;
    this.startOver();
  }

  /** Forgets what was seen: of another engine, or by another pattern. */
  startOver(): void {
    this.#look += 1;
    this.#at = null;
    this.#seen.clear();
    this.#met.clear();
    this.#beyond = 0;
    this.#list = [];
    this.#left = 0;
    this.#known = false;
    this.#problem = null;
  }

  /** One page more. */
  async turn(): Promise<void> {
    const look = this.#look;
    try {
      const page = await this.#lab.ask('look_keys', {
        pattern: this.#pattern.trim(),
        at: this.#at,
        each: this.#each,
      });
      if (look !== this.#look) return;
      this.#take(page.keys);
      this.#at = page.next;
      this.#note = page.note;
      this.#unnoticed = page.unnoticed;
      this.#problem = null;
      if (page.next === null) this.#finish();
      this.#list = [...this.#seen.values()];
    } catch (reason) {
      if (look !== this.#look) return;
      this.startOver();
      this.#problem = Failure.from(reason).message;
    }
    this.#nowMs = this.#now();
  }

  async delete(key: string): Promise<void> {
    if (await this.#lab.run('delete_key', { key })) this.#gone(key, `${key} was deleted.`);
  }

  async expire(key: string): Promise<void> {
    if (await this.#lab.run('expire_key', { key })) this.#gone(key, `${key} expired.`);
  }

  /** How long a key has left by now, in milliseconds; -1: it lives for ever; null: not known. */
  leftOf({ left_ms, atMs }: SeenKey): number | null {
    if (left_ms === null || left_ms < 0) return left_ms;
    return Math.max(0, left_ms - Math.max(0, this.#nowMs - atMs));
  }

  #gone(key: string, words: string): void {
    this.#seen.delete(key);
    this.#list = [...this.#seen.values()];
    this.announcement = words;
  }

  #take(keys: readonly KeyFacts[]): void {
    const atMs = this.#now();
    for (const key of keys) {
      this.#met.add(key.key);
      if (this.#seen.has(key.key) || this.#seen.size < MOST) this.#seen.set(key.key, { ...key, atMs });
      else this.#beyond += 1;
    }
  }

  /** Who was not met is gone. */
  #finish(): void {
    for (const key of this.#seen.keys()) if (!this.#met.has(key)) this.#seen.delete(key);
    this.#left = this.#beyond;
    this.#beyond = 0;
    this.#met.clear();
    this.#known = true;
  }
}

const byName = (one: SeenKey, other: SeenKey): number =>
  one.key < other.key ? -1 : one.key > other.key ? 1 : 0;

/** Unknown ones and those that live for ever come last. */
const left = ({ left_ms }: SeenKey): number => (left_ms === null || left_ms < 0 ? Infinity : left_ms);
const compare = (one: number, other: number): number => (one === other ? 0 : one < other ? -1 : 1);

const ORDERS: Record<KeyOrder, (one: SeenKey, other: SeenKey) => number> = {
  key: byName,
  left: (one, other) => compare(left(one), left(other)) || byName(one, other),
  bytes: (one, other) => compare(other.bytes ?? -1, one.bytes ?? -1) || byName(one, other),
  // The idlest first, or the least used.
  idle: (one, other) =>
    compare(other.idle_seconds ?? -1, one.idle_seconds ?? -1) ||
    compare(one.frequency ?? Infinity, other.frequency ?? Infinity) ||
    byName(one, other),
  hits: (one, other) => compare(other.hits ?? -1, one.hits ?? -1) || byName(one, other),
};
