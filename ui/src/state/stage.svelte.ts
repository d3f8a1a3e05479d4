// The Stage: what its buttons and keys do.

import type { Query, TraceDetail } from '../bindings/api';
import { formatCount, formatNs } from '../units';
import type { Lab } from './lab.svelte';
import { parseProduct } from './product';
import { Requests } from './requests.svelte';

/** The product behind the key everybody asks for. */
const HOT_PRODUCT = 1;

export class Stage {
  readonly requests = new Requests();
  #lab: Lab;
  #random: () => number;
  #typed = $state<string | null>(null);
  #sending = $state(false);
  #announcement = $state('');

  readonly #parsed = $derived(parseProduct(this.product));

  /** `random` gives numbers from 0 up to but not 1. */
  constructor(lab: Lab, random: () => number) {
    this.#lab = lab;
    this.#random = random;
  }

  /** What stands in the product's field. */
  get product(): string {
    return this.#typed ?? String(this.#lab.settings?.product ?? '');
  }

  get problem(): string | null {
    return 'problem' in this.#parsed ? this.#parsed.problem : null;
  }

  get query(): Query {
    return this.#lab.settings?.conditions.query ?? 'page';
  }

  /** A request is under way. */
  get sending(): boolean {
    return this.#sending;
  }

  /** The latest outcome, for those who hear it instead of seeing it. */
  get announcement(): string {
    return this.#announcement;
  }

  type(text: string): void {
    this.#typed = text;
    if ('product' in this.#parsed) void this.#lab.change({ product: this.#parsed.product });
  }

  choose(query: Query): void {
    const conditions = this.#lab.settings?.conditions;
    if (conditions) void this.#lab.change({ conditions: { ...conditions, query } });
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
    await this.#request(() => this.#lab.run('write', { product }));
  }

  async clear(): Promise<void> {
    const cleared = await this.#lab.run('clear_cache');
    if (!cleared) return;
    this.#announcement =
      cleared.keys === null
        ? 'The cache was started anew, empty.'
        : `The cache is empty: ${formatCount(cleared.keys)} ${cleared.keys === 1 ? 'key was' : 'keys were'} removed.`;
    this.#lab.say('notice', this.#announcement);
  }

  /** Stops the server behind the cache, or revives it. */
  async power(): Promise<void> {
    const state = this.#lab.status?.engine.state;
    if (state === 'starting' || this.#lab.busy) return;
    await this.#lab.run(state === 'running' ? 'stop_engine' : 'revive_engine');
  }

  async #send(product: number): Promise<void> {
    const { query } = this;
    await this.#request(() => this.#lab.run('send', { product, query }));
  }

  /** One at a time: a press while a request is under way is not kept for later. */
  async #request(send: () => Promise<TraceDetail | null>): Promise<void> {
    if (this.#sending || !this.#lab.ready) return;
    this.#sending = true;
    const detail = await send();
    this.#sending = false;
    if (!detail) return;
    this.requests.add(detail);
    const { id, request, outcome, total_ns } = detail.trace;
    this.#announcement = `Request ${id}, product ${request.product}: ${outcome}, ${formatNs(total_ns)}.`;
  }
}
