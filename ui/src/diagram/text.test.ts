import { expect, it } from 'vitest';
import { layout } from './layout';
import { clipped, extraBaseline, LINE, textLines } from './text';
import { WORDS, wordsBy } from './words';

it.each([
  ['read', 'cache_aside'],
  ['write', 'cache_aside'],
  ['write', 'write_through'],
  ['write', 'write_around'],
] as const)('keeps every line of a %s chart by %s inside its node', (operation, pattern) => {
  for (const { id, box } of layout(operation, pattern).nodes) {
    const words = wordsBy(pattern, id, operation === 'write') ?? WORDS[id];
    for (const line of textLines(box, words, 16)) {
      expect(line.y - LINE[line.kind], `${id}: ${line.text}`).toBeGreaterThan(box.y - LINE[line.kind] / 2);
      expect(line.y, `${id}: ${line.text}`).toBeLessThan(box.y + box.height - 3);
    }
  }
});

it('leaves room below the words for what is drawn there', () => {
  const box = layout('read').nodes.find((node) => node.id === 'check')?.box;
  if (!box) throw new Error('there is no such node');
  const words = textLines(box, WORDS.check, 30, 17);
  const below = extraBaseline(box, WORDS.check, 17);
  expect(below - (words.at(-1)?.y ?? 0)).toBeGreaterThan(14);
  expect(below).toBeLessThan(box.y + box.height - 3);
});

it('clips what is too long and says so', () => {
  expect(clipped('short', 5)).toBe('short');
  expect(clipped('too long', 5)).toBe('too …');
});
