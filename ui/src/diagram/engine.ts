import type { Conditions, Engine, EngineState } from '../bindings/api';

function nameOf(engine: Engine): string {
  switch (engine.kind) {
    case 'bundled':
      // Where it runs decides the latency of a hit more than what it is, so the name never goes without it.
      return engine.placement === 'own_thread' ? 'bundled, own thread' : 'bundled, flow’s runtime';
    case 'mini_redis':
      return engine.nodelay ? 'mini-redis, TCP_NODELAY' : 'mini-redis';
    case 'external':
      return 'external';
  }
}

/** True where the cache cannot answer. */
export const isDown = (engine: EngineState): boolean =>
  engine.state === 'stopped' || engine.state === 'unreachable';

/** True where requests go past it on purpose: then it matters to nobody how it is. */
export const isLeftOut = (conditions: Conditions): boolean => conditions.pattern === 'no_cache';

/** Which server stands behind the cache, where, and how it is. */
export function engineInWords(engine: EngineState, conditions: Conditions): string {
  if (isLeftOut(conditions)) return 'no cache: it is not asked';
  const name = nameOf(conditions.engine);
  switch (engine.state) {
    case 'starting':
      return `${name} · starting`;
    case 'running':
      return `${name} · ${engine.address}`;
    case 'stopped':
      return `stopped: ${name}, was at ${engine.address}`;
    case 'unreachable':
      return `unreachable: ${name}`;
  }
}
