// A side of the Stage: its laboratory, the requests that were sent to it by hand, and its traffic. There is one; a split
// Stage has two.

import type { Commands, TraceDetail } from '../bindings/api';
import type { Lab } from './lab.svelte';
import { Requests } from './requests.svelte';
import type { Traffic } from './traffic.svelte';

export class Side {
  readonly lab: Lab;
  readonly traffic: Traffic;
  readonly requests = new Requests();

  constructor(lab: Lab, traffic: Traffic) {
    this.lab = lab;
    this.traffic = traffic;
  }

  /** Sends a request here and shows what came of it; null where it was not sent. */
  async request<K extends 'send' | 'write'>(
    command: K,
    request: Commands[K]['request']['request'],
  ): Promise<TraceDetail | null> {
    const detail = await (command === 'send'
      ? this.lab.run('send', request as Commands['send']['request']['request'])
      : this.lab.run('write', request as Commands['write']['request']['request']));
    if (detail) this.keep(detail);
    return detail;
  }

  /** Shows a request that was sent here. */
  keep(detail: TraceDetail): void {
    this.requests.add(detail);
    this.traffic.add(detail.trace);
  }

  /** Shows the request of that number, if it is known here or still kept there. */
  async show(id: number): Promise<boolean> {
    // The numbers of recorded requests are of another start of the app.
    if (!this.traffic.replaying && this.requests.select(id)) return true;
    const detail = await this.lab.ask('kept_trace', { id });
    if (detail) this.requests.show(detail);
    return detail !== null;
  }

  /** The server behind the cache is stopped, or connections to one that is not ours are refused on purpose. */
  get cacheIsDown(): boolean {
    const { engine, conditions } = this.lab.status ?? {};
    if (conditions?.engine.kind === 'external') return conditions.faults.cache?.kind === 'down';
    return engine?.state !== 'running';
  }

  /** Stops the server behind the cache, or revives it. One that is not ours is not stopped: connections to it are refused. */
  async power(up: boolean): Promise<void> {
    const { engine, conditions } = this.lab.status ?? {};
    if (engine?.state === 'starting' || this.lab.busy || this.cacheIsDown !== up) return;
    if (conditions?.engine.kind === 'external') {
      const cache = up ? null : ({ kind: 'down' } as const);
      await this.lab.run('set_faults', { ...conditions.faults, cache, cache_during: null });
    } else await this.lab.run(up ? 'revive_engine' : 'stop_engine');
  }
}
