// The Stage: what its buttons and keys do.

import type { Commands, Faults, Query, TraceDetail } from '../bindings/api';
import { formatCount, formatNs } from '../units';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';
import { NO_FAULTS, SLOW_DATABASE } from './faults';
import { parseProduct } from './product';
import { Replay } from './replay.svelte';
import type { Requests } from './requests.svelte';
import { Scrub } from './scrub.svelte';
import { Side } from './side.svelte';
import type { Traffic } from './traffic.svelte';

/** The product behind the key everybody asks for. */
const HOT_PRODUCT = 1;

/** What stands beside the chart. */
export type StageTab = 'request' | 'traffic' | 'scenes';

export class Stage {
  readonly a: Side;
  readonly replay: Replay;
  #lab: Lab;
  /** Side B, while the Stage is split: what is done to one side is done to both. */
  #b = $state.raw<Side | null>(null);
  /** Which side is sent to first: by turns, so that neither always finds the processor warm. */
  #bFirst = false;
  #random: () => number;
  #typed = $state<string | null>(null);
  #sending = $state(false);
  #announcement = $state('');
  #scrub = $state.raw<Scrub | null>(null);
  #pausedNs = $state<number | null>(null);
  /** The request on show came in from outside, and the tab changed for it. */
  #received = false;
  /** What stands beside the chart. */
  tab = $state<StageTab>('request');
  /** The form that says what traffic sends is open. */
  formOpen = $state(false);
  /** The drawer of conditions is open. */
  conditionsOpen = $state(false);

  readonly #parsed = $derived(parseProduct(this.product));

  /** `random` gives numbers from 0 up to but not 1. */
  constructor(lab: Lab, traffic: Traffic, random: () => number) {
    this.#lab = lab;
    this.a = new Side(lab, traffic);
    this.#random = random;
    this.replay = new Replay(lab, traffic, this.requests, () => (this.tab = 'request'));
    traffic.onguest = (id) => void this.#receive(id);
  }

  get requests(): Requests {
    return this.a.requests;
  }

  get traffic(): Traffic {
    return this.a.traffic;
  }

  get b(): Side | null {
    return this.#b;
  }

  /** Splits the Stage, or ends the split. What was held or chosen on one stage is not on two. */
  set b(side: Side | null) {
    if (this.requests.paused) void this.togglePause();
    this.#b = side;
    this.#bFirst = false;
  }

  /** What stands in the product's field. */
  get product(): string {
    return this.#typed ?? String(this.#lab.settings?.product ?? '');
  }

  get problem(): string | null {
    // Before the settings are known nobody has typed anything.
    return this.#lab.settings && 'problem' in this.#parsed ? this.#parsed.problem : null;
  }

  get query(): Query {
    const { status, settings } = this.#lab;
    // A scene has conditions of its own.
    return (status?.scene ? status.conditions : settings?.conditions)?.query ?? 'page';
  }

  /** A request is under way. */
  get sending(): boolean {
    return this.#sending;
  }

  /** The latest outcome, for those who hear it instead of seeing it. */
  get announcement(): string {
    return this.#announcement;
  }

  /** The traces that are held while the view is paused; null where there are none. */
  get scrub(): Scrub | null {
    return this.#scrub;
  }

  /** When the view was paused, on the lab's clock. */
  get pausedNs(): number | null {
    return this.#pausedNs;
  }

  type(text: string): void {
    this.#typed = text;
    if ('product' in this.#parsed) void this.#lab.change({ product: this.#parsed.product });
  }

  choose(query: Query): void {
    for (const side of this.#sides()) {
      const conditions = side.lab.settings?.conditions;
      if (conditions) void side.lab.change({ conditions: { ...conditions, query } });
    }
  }

  async send(): Promise<void> {
    if ('product' in this.#parsed) await this.#send(this.#parsed.product);
  }

  async sendRandom(): Promise<void> {
    const catalogue = this.#lab.status?.catalogue;
    if (catalogue?.state !== 'ready') return;
    const product = 1 + Math.floor(this.#random() * catalogue.products);
    this.type(String(product));
    await this.#send(product);
  }

  async sendHot(): Promise<void> {
    this.type(String(HOT_PRODUCT));
    await this.#send(HOT_PRODUCT);
  }

  async write(): Promise<void> {
    if (!('product' in this.#parsed)) return;
    const { product } = this.#parsed;
    await this.#request('write', { product });
  }

  async clear(): Promise<void> {
    const cleared = await this.#lab.run('clear_cache');
    if (!cleared) return;
    if (this.#b) {
      if (!(await this.#b.lab.run('clear_cache'))) return;
      this.#announcement = 'The caches of both sides are empty.';
      this.#lab.say('notice', this.#announcement);
      return;
    }
    this.#announcement =
      cleared.keys === null
        ? 'The cache was started anew, empty.'
        : `The cache is empty: ${formatCount(cleared.keys)} ${cleared.keys === 1 ? 'key was' : 'keys were'} removed.`;
    this.#lab.say('notice', this.#announcement);
  }

  /** Breaks on purpose what is asked for, and mends the rest. */
  async setFaults(faults: Faults): Promise<void> {
    await this.#lab.run('set_faults', faults);
  }

  /** Slows the database, or lets it go. */
  async toggleSlowDatabase(): Promise<void> {
    const faults = this.#lab.status?.conditions.faults ?? NO_FAULTS;
    const slow = faults.database?.kind === 'slow';
    await this.setFaults({ ...faults, database: slow ? null : SLOW_DATABASE, database_during: null });
  }

  /** Starts the server anew, empty. */
  async restartCold(): Promise<void> {
    if (await this.#lab.run('restart_engine_cold')) {
      this.#tell('The server was started anew, cold: what it held is gone.');
    }
  }

  /** Lets all our keys expire at the same instant. */
  async expire(afterMs: number): Promise<void> {
    const expired = await this.#lab.run('expire_keys', { after_ms: afterMs });
    if (!expired) return;
    const keys = expired.keys === 1 ? 'The one key there is' : `All ${formatCount(expired.keys ?? 0)} keys`;
    const verb = expired.keys === 1 ? 'expires' : 'expire';
    this.#tell(
      expired.keys === 0
        ? 'The cache holds no key of ours: there is nothing to expire.'
        : `${keys} ${verb} ${afterMs === 0 ? 'now' : `in ${afterMs / 1_000} s, at the same instant`}.`,
    );
  }

  #tell(words: string): void {
    this.#announcement = words;
    this.#lab.say('notice', words);
  }

  /** Stops the server behind the cache, or revives it. One that is not ours is not stopped: connections to it are refused. */
  async power(): Promise<void> {
    const up = this.a.cacheIsDown;
    await Promise.all(this.#sides().map((side) => side.power(up)));
  }

  /** Holds what is shown, or lets it go on. Where there was traffic, its traces are held to go back through. */
  async togglePause(): Promise<void> {
    const sides = this.#sides();
    sides.forEach(({ requests }) => requests.togglePause());
    if (!this.requests.paused) {
      const held = this.#scrub !== null;
      this.#scrub = null;
      sides.forEach(({ traffic }) => traffic.goOn());
      if (held) await Promise.all(sides.map(({ lab }) => lab.run('hold_traces', { hold: false })));
      return;
    }
    sides.forEach(({ traffic }) => traffic.pause());
    this.#pausedNs = this.traffic.now();
    if (this.traffic.run === 0 || this.traffic.measuringQuietly) return;
    const [held] = await Promise.all(sides.map(({ lab }) => lab.run('hold_traces', { hold: true })));
    // Meanwhile somebody may have let it go on.
    if (!held || held.ids.length === 0 || !this.requests.paused) return;
    const scrub = new Scrub(held.ids, (id) => this.#fetch(id));
    this.#scrub = scrub;
    this.tab = 'request';
    const chosen = this.requests.selected?.trace.id;
    if (chosen !== undefined && held.ids.includes(chosen)) scrub.settle(chosen);
    else await scrub.move(held.ids.length - 1);
  }

  /** Shows a request of which only the number is at hand; on a split Stage the same one on both sides. */
  async show(id: number, of: Side = this.a): Promise<void> {
    this.#scrub?.settle(id);
    this.tab = 'request';
    await this.#fetch(id, of);
  }

  /** A run began: what is selected and held belongs to another. */
  startOver(): void {
    this.#scrub = null;
    if (this.requests.paused) void this.togglePause();
    this.#sides().forEach(({ requests }) => requests.show(null));
    if (!this.traffic.replaying && this.tab !== 'scenes') this.tab = 'traffic';
  }

  /** The laboratory is back at the start, and nothing that was sent before is shown any more. */
  forget(): void {
    this.#scrub = null;
    this.requests.clear();
    this.traffic.clear();
    this.traffic.dismiss();
    this.#announcement = '';
  }

  /** A request came in from outside: one that came alone is shown in full like one's own, several are traffic. */
  async #receive(id: number | null): Promise<void> {
    if (id === null) {
      if (this.#received && this.tab === 'request') this.tab = 'traffic';
      this.#received = false;
      return;
    }
    const detail = await this.#lab.ask('kept_trace', { id }).catch(() => null);
    if (!detail || this.requests.paused || !this.traffic.visited) return;
    this.requests.add(detail);
    const { outcome, total_ns, request } = detail.trace;
    this.#announcement = `Request ${id} through the HTTP front door, product ${request.product}: ${outcome}, ${formatNs(total_ns)}.`;
    if (this.tab !== 'traffic') return;
    this.tab = 'request';
    this.#received = true;
  }

  #sides(): Side[] {
    return this.#b ? [this.a, this.#b] : [this.a];
  }

  /** What the other side no longer keeps is not missed there. */
  async #fetch(id: number, of: Side = this.a): Promise<void> {
    for (const side of this.#sides()) {
      try {
        if (await side.show(id)) continue;
        if (side !== of) side.requests.show(null);
        else {
          const request = `Request #${formatCount(id)}`;
          this.#lab.say(
            'notice',
            `${request} is no longer kept: newer ones took its place. Pause (P) to hold them.`,
          );
        }
      } catch (reason) {
        this.#lab.say('error', Failure.from(reason).message);
      }
    }
  }

  async #send(product: number): Promise<void> {
    const { query } = this;
    await this.#request('send', { product, query });
  }

  /**
   * One at a time: a press while a request is under way is not kept for later. On a split Stage it goes to one side and then
   * to the other, since two at once would take the processor from each other.
   */
  async #request<K extends 'send' | 'write'>(
    command: K,
    request: Commands[K]['request']['request'],
  ): Promise<void> {
    if (this.#sending || !this.#lab.ready) return;
    this.#sending = true;
    const sides = this.#sides();
    const details: (TraceDetail | null)[] = sides.map(() => null);
    const order = sides.map((_, index) => index);
    for (const index of this.#bFirst ? order.reverse() : order) {
      details[index] = (await sides[index]?.request(command, request)) ?? null;
    }
    this.#bFirst = !this.#bFirst && sides.length > 1;
    this.#sending = false;
    const first = details.find((detail) => detail !== null);
    if (!first) return;
    if (!this.traffic.on) this.tab = 'request';
    const took = details.flatMap((detail, index) => {
      if (!detail) return [];
      const { outcome, total_ns } = detail.trace;
      return `${sides.length > 1 ? `${'AB'[index]} ` : ''}${outcome}, ${formatNs(total_ns)}`;
    });
    const { id, request: asked } = first.trace;
    this.#announcement = `Request ${id}, product ${asked.product}: ${took.join('; ')}.`;
  }
}
