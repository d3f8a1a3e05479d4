// A backend whose requests differ as real ones do: some products are in its cache, times scatter.

import type { Commands, Status, Step, TraceDetail } from '../../src/bindings/api';
import type { RequestOf } from '../../src/platform/host';
import { databaseName } from '../../src/state/conditions';
import { TestHost } from '../host';
import { traces } from '../traces';

export class BusyHost extends TestHost {
  #cached = new Set<number>();
  #sent = 0;
  #seed = 1;
  /** After how many requests something was last written past the cache. */
  #passed: number | null = null;

  protected override another(status: Partial<Status>): TestHost {
    return new BusyHost(status);
  }

  override async call<K extends keyof Commands>(
    name: K,
    ...request: RequestOf<K>
  ): Promise<Commands[K]['reply']> {
    const { engine, conditions } = this.status;
    const own = ['cache_aside', 'write_around', 'write_through'].includes(conditions.pattern);
    const asked = engine.state === 'running' && own;
    if (name === 'write' && conditions.pattern === 'write_around') this.#passed = this.#sent;
    if (name !== 'send' || !asked) return super.call(name, ...request);
    const { product } = request[0] as { product: number };
    // Half of the products stand for the few that everybody asks for.
    const key = product % 2 === 0 ? product % 20 : product;
    const miss = this.status.faults.database?.kind === 'slow' ? traces.slowed : traces.miss;
    const detail = this.#cached.has(key) ? traces.hit : miss;
    this.#cached.add(key);
    this.#sent += 1;
    const sent = scattered(detail, this.#sent, product, this.#factor());
    const stale_ns = this.#passed === null ? undefined : (this.#sent - this.#passed) * 1.2e9;
    const stale = detail === traces.hit && stale_ns !== undefined ? { stale_ns } : {};
    const database = databaseName(conditions.database);
    return { ...sent, database, trace: { ...sent.trace, version: 3, ...stale } } as Commands[K]['reply'];
  }

  /** Mostly near 1, seldom several times as much. The first is 1. */
  #factor(): number {
    if (this.#sent <= 2) return 1;
    this.#seed = (this.#seed * 16_807) % 2_147_483_647;
    const share = this.#seed / 2_147_483_647;
    return 0.8 + 0.3 * share + 0.05 / (1.02 - share);
  }
}

/** The same request, every time in it multiplied. */
function scattered(detail: TraceDetail, id: number, product: number, factor: number): TraceDetail {
  const scale = (ns: number): number => Math.round(ns * factor);
  const steps = detail.trace.steps.map((step): Step => ({
    ...step,
    start_ns: scale(step.start_ns),
    duration_ns: scale(step.duration_ns),
  }));
  const other_ns = scale(detail.trace.other_ns);
  const total_ns = steps.reduce((sum, step) => sum + step.duration_ns, other_ns);
  const request = { ...detail.trace.request, product };
  const keys = [`cachescope:${detail.trace.request.query}:${product}`];
  const started_ns = id * 100_000_000;
  return { ...detail, keys, trace: { ...detail.trace, id, started_ns, request, steps, other_ns, total_ns } };
}
