import { expect, it } from 'vitest';
import { SETTINGS } from '../../tests/host';
import { contrastsTo, contrastTo } from './contrasts';

const { conditions } = SETTINGS;
const words = (a: typeof conditions) => contrastsTo(a).map((contrast) => contrast.words);

it('offers what makes a difference to A, and the same again last', () => {
  expect(words(conditions)).not.toContain('A with a cache');
  expect(words(conditions).at(-1)).toBe('as A');
  const protectedOnes = { ...conditions, protections: { ...conditions.protections, single_flight: true } };
  expect(words(protectedOnes)).not.toContain('A with single-flight');
  expect(words({ ...conditions, pattern: 'no_cache' })).toContain('A with a cache');
});

it('changes one thing alone', () => {
  for (const { words: name, make } of contrastsTo(conditions)) {
    const made = make(conditions);
    const keys = Object.keys(conditions) as (keyof typeof conditions)[];
    const changed = keys.filter((key) => JSON.stringify(made[key]) !== JSON.stringify(conditions[key]));
    expect(changed, name).toHaveLength(name === 'as A' ? 0 : 1);
  }
});

it('never puts both sides on one server of somebody else’s', () => {
  const external = { ...conditions, engine: { kind: 'external', url: 'redis://localhost' } as const };
  for (const { make } of contrastsTo(external)) expect(make(external).engine.kind).not.toBe('external');
  expect(contrastTo(external).engine.kind).toBe('bundled');
});
