import { expect, it } from 'vitest';
import { SETTINGS } from '../../tests/host';
import { inWords, lengthInWords, NAMED, nameOf, paceInSentence, paceInWords } from './workload';

it('know each other by name, and no two are the same', () => {
  for (const named of NAMED) expect(nameOf(named)?.id).toBe(named.id);
  expect(nameOf(SETTINGS.workload)?.id).toBe('ycsb_c');
  expect(nameOf({ ...SETTINGS.workload, keys: { kind: 'zipf', exponent: 1.2 } })).toBeNull();
});

it('say how fast they are', () => {
  const rates = [
    [{ kind: 'steady', per_second: 20_000 }, '20,000/s', '20,000 requests a second'],
    [
      { kind: 'ramp', from: 100, to: 2_000, over_ms: 1 },
      '100 → 2,000/s',
      'from 100 to 2,000 requests a second',
    ],
  ] as const;
  for (const [rate, words, sentence] of rates) {
    const pace = { kind: 'open', rate, spacing: 'constant' } as const;
    expect(paceInWords(pace)).toBe(words);
    expect(paceInSentence(pace, 1)).toBe(sentence);
  }
  expect(paceInWords({ kind: 'closed' })).toBe('closed');
});

it('are said in a line, and those of visitors as theirs', () => {
  expect(inWords(SETTINGS.workload)).toMatch(/^YCSB C: reads only; .+, until stopped, seed \d+$/);
  const visitors = { ...SETTINGS.workload, keys: { kind: 'visitors' }, pace: { kind: 'visitors' } } as const;
  expect(inWords(visitors)).toBe('visitors through the HTTP front door');
});

it('say how long they last', () => {
  expect(lengthInWords({ kind: 'time', ms: 30_000 })).toBe('for 30 s');
  expect(lengthInWords({ kind: 'count', requests: 10_000 })).toBe('10,000 requests');
  expect(lengthInWords({ kind: 'until_stopped' })).toBe('until stopped');
});
