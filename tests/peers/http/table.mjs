// Medians over the rounds of wrk's outputs, as a table, with the ratio to Express.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const UNITS = { us: 1, ms: 1_000, s: 1_000_000 };
const rounds = new Map();

for (const file of readdirSync(folder)) {
  const [, kind, name] = /^(.+)-(cachescope|express|fastify)-\d+\.txt$/.exec(file) ?? [];
  if (!kind) continue;
  const text = readFileSync(join(folder, file), 'utf8');
  const latency = (percent) => {
    const [, value, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(text);
    return Number(value) * UNITS[unit];
  };
  const failed = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(text);
  if (failed) console.log(`${file}: ${failed[0]}`);
  const row = { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]), p50: latency(50), p99: latency(99) };
  rounds.set(`${kind} ${name}`, [...(rounds.get(`${kind} ${name}`) ?? []), row]);
}

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

console.log('| | | requests/s | against Express | p50 | p99 |\n| --- | --- | --: | --: | --: | --: |');
for (const kind of ['hits', 'misses', 'sequential-hits']) {
  const of = (name, field) => Math.round(median(rounds.get(`${kind} ${name}`).map((row) => row[field])));
  for (const name of ['cachescope', 'fastify', 'express']) {
    const ratio = (of(name, 'rate') / of('express', 'rate')).toFixed(1);
    console.log(
      `| ${kind} | ${name} | ${of(name, 'rate')} | ${ratio}× | ${of(name, 'p50')} µs | ${of(name, 'p99')} µs |`,
    );
  }
}
