import { describe, expect, it } from 'vitest';
import { traces } from '../../../tests/traces';
import { piecesOfSql } from './sql';
import { shownValue } from './value';
import { gapsOf, rowsOf, ticksOf } from './waterfall';
import { piecesOf, shownBytes, textExtent, wireExtent } from './wire';

describe('the waterfall', () => {
  it.each(Object.entries(traces))('of %s accounts for every nanosecond', (_, { trace }) => {
    const rows = rowsOf(trace);
    expect(rows.reduce((sum, row) => sum + row.ns, 0)).toBe(trace.total_ns);
    const gaps = gapsOf(trace).reduce((sum, gap) => sum + gap.to - gap.from, 0);
    expect(gaps).toBe(trace.other_ns);
  });

  it('puts each bar where the step was', () => {
    const [get] = rowsOf(traces.hit.trace);
    expect(get?.bars).toEqual([{ start: 412 / 61_213, width: 48_214 / 61_213 }]);
  });

  it('marks the part of a bar that was put in on purpose', () => {
    const query = rowsOf(traces.slowed.trace)[1];
    expect(query?.injectedNs).toBe(200_000_000);
    expect(query?.injected?.width).toBeCloseTo(200_000_000 / 202_320_000, 9);
    expect(query?.injected?.start).toBeGreaterThan(query?.bars[0]?.start ?? 1);
  });

  it('has an axis with a few round marks', () => {
    expect(ticksOf(61_213)).toEqual([0, 20_000, 40_000]);
    expect(ticksOf(0)).toEqual([0]);
    for (const total of [1, 999, 12_345, 2_314_870, 202_320_000, 5e9]) {
      const ticks = ticksOf(total);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(4);
      expect(ticks.at(-1)).toBeLessThan(total);
    }
  });
});

describe('bytes on the wire', () => {
  it('have their escapes told apart', () => {
    expect(piecesOf(String.raw`$3\r\nGET\r\n`)).toEqual([
      { text: '$3', escape: false },
      { text: String.raw`\r\n`, escape: true },
      { text: 'GET', escape: false },
      { text: String.raw`\r\n`, escape: true },
    ]);
  });

  it('lose nothing', () => {
    for (const text of [String.raw`a\\rb\xff\u{7f}é`, String.raw`\r\n\r\n`, '', '\\', '<script>']) {
      expect(
        piecesOf(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }
  });

  it('are counted as bytes, not as characters of their escapes', () => {
    expect(shownBytes(String.raw`$4\r\n"é\xff\\\r\n`)).toBe(11);
    expect(shownBytes(String.raw`\u{85}`)).toBe(2);
  });

  it('say how many of them are shown', () => {
    expect(wireExtent({ text: String.raw`:1\r\n`, bytes: 4, cut: false })).toBe('4 bytes');
    expect(wireExtent({ text: 'x'.repeat(4_096), bytes: 12_300, cut: true })).toBe(
      'first 4,096 of 12,300 bytes',
    );
    expect(textExtent({ text: 'é', bytes: 5, cut: true })).toBe('first 2 of 5 bytes');
  });
});

describe('SQL', () => {
  it('has keywords, literals and comments told apart', () => {
    const pieces = piecesOfSql("SELECT name FROM t WHERE id = ?1 AND s = 'it''s' -- why");
    const of = (kind: string) => pieces.filter((piece) => piece.kind === kind).map((piece) => piece.text);
    expect(of('keyword')).toEqual(['SELECT', 'FROM', 'WHERE', 'AND']);
    expect(of('literal')).toEqual(['?1', "'it''s'"]);
    expect(of('comment')).toEqual(['-- why']);
  });

  it('is shown character for character', () => {
    for (const sql of ["SELECT 'open", 'a\n  b\t/* c */ é € --', '']) {
      expect(
        piecesOfSql(sql)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(sql);
    }
  });
});

describe('a value', () => {
  it('that is JSON is laid out', () => {
    const { text, pretty } = shownValue({
      text: '{"a":[1,{"b":"x, {y}"}],"c":[],"d":{}}',
      bytes: 36,
      cut: false,
    });
    expect(pretty).toBe(true);
    expect(text).toBe(
      '{\n  "a": [\n    1,\n    {\n      "b": "x, {y}"\n    }\n  ],\n  "c": [],\n  "d": {}\n}',
    );
  });

  it('keeps numbers as they were sent', () => {
    expect(shownValue({ text: '[12345678901234567890,1.50]', bytes: 27, cut: false }).text).toContain(
      '12345678901234567890,\n  1.50',
    );
  });

  it('that is cut or no JSON is shown as it is', () => {
    expect(shownValue({ text: '{"a":1', bytes: 900, cut: true })).toEqual({ text: '{"a":1', pretty: false });
    expect(shownValue({ text: 'plain', bytes: 5, cut: false }).pretty).toBe(false);
  });
});
