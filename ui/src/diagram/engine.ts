import type { Conditions, Engine, EngineFacts, EngineState } from '../bindings/api';

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

const NAMES: Record<string, string> = { redis: 'Redis', valkey: 'Valkey' };

/** What was found out about a server that is not ours, in few words; empty where it told nothing. */
export function factsInFewWords(facts: EngineFacts): string {
  const masters = facts.cluster_masters.length;
  const named =
    facts.server && [NAMES[facts.server] ?? facts.server, facts.version].filter(Boolean).join(' ');
  const words = [
    named,
    masters > 0 && (masters === 1 ? 'cluster of 1' : `cluster of ${masters}`),
    facts.sentinel_master && 'by Sentinel',
    facts.tls && 'TLS',
  ];
  return words.filter(Boolean).join(', ');
}

/** How redis-cli reaches the server at that address; empty where it cannot be told. A password is asked for there. */
export function redisCli(address: string, engine: Engine, facts: EngineFacts | null): string {
  const url = engine.kind === 'external' ? engine.url : '';
  if (/^(redis\+)?unix:/i.test(url)) return `redis-cli -s ${address}`;
  const cluster = /^rediss?\+cluster:/i.test(url);
  const host = facts?.sentinel_master ?? (cluster ? (address.split(',')[0] ?? '') : address);
  const at = host.lastIndexOf(':');
  if (at <= 0 || host.includes('/')) return '';
  const options = `${cluster ? '-c ' : ''}${/^(rediss|valkeys)[+:]/i.test(url) ? '--tls ' : ''}`;
  return `redis-cli ${options}-h ${host.slice(0, at)} -p ${host.slice(at + 1)}`;
}

/** Which server stands behind the cache, where, and how it is. */
export function engineInWords(
  engine: EngineState,
  conditions: Conditions,
  facts: EngineFacts | null = null,
): string {
  if (isLeftOut(conditions)) return 'no cache: it is not asked';
  const found = conditions.engine.kind === 'external' && facts ? factsInFewWords(facts) : '';
  const name = found ? `${nameOf(conditions.engine)}: ${found}` : nameOf(conditions.engine);
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
