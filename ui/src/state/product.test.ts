import { expect, it } from 'vitest';
import { parseProduct } from './product';

it('takes whole numbers from 1, also beyond the catalogue', () => {
  expect(parseProduct('42')).toEqual({ product: 42 });
  expect(parseProduct(' 007 ')).toEqual({ product: 7 });
  expect(parseProduct('4294967295')).toEqual({ product: 4_294_967_295 });
});

it('says what is wrong with anything else', () => {
  for (const [text, words] of [
    ['', 'Type the number'],
    ['abc', 'is not a number'],
    ['1e3', 'is not a number'],
    ['0', 'numbered from 1'],
    ['-5', 'numbered from 1'],
    ['1.5', 'whole numbers'],
    ['4294967296', 'largest number'],
    ['9'.repeat(400), 'largest number'],
  ] as const) {
    const parsed = parseProduct(text);
    expect('problem' in parsed && parsed.problem, text).toContain(words);
  }
});
