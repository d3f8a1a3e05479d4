// Pictures as the laboratory draws them: the same classes and places, made-up numbers.

import type { Chart } from '../src/bindings/api';

const WIDTH = 800;

const line = (kind: string, x1: number, y1: number, x2: number, y2: number): string =>
  `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
const text = (kind: string, x: number, y: number, words: string): string =>
  `<text class="${kind}" x="${x}" y="${y}">${words}</text>`;
const path = (kind: string, points: [number, number][]): string =>
  `<path class="${kind}" d="${points.map(([x, y], index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')}"/>`;

/** One shape a series, as far as three go. */
function marker(kind: string, shape: number, x: number, y: number): string {
  if (shape === 0) return `<circle class="${kind}" cx="${x}" cy="${y}" r="6"/>`;
  const corners = shape === 1 ? '0,-8 8,0 0,8 -8,0' : '-6,-6 6,-6 6,6 -6,6';
  const points = corners
    .split(' ')
    .map((corner) => corner.split(',').map(Number))
    .map(([dx = 0, dy = 0]) => `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`);
  return `<polygon class="${kind}" points="${points.join(' ')}"/>`;
}

function picture(title: string, height: number, inside: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img">` +
    `<title>${title}</title><desc>Made up for tests.</desc>${text('chart-title', 16, 33.6, title)}${inside}</svg>`
  );
}

function legend(names: readonly string[], y: number): string {
  let x = 16;
  return names
    .map((name, index) => {
      const sign =
        path(`chart-line chart-stroke-${index} chart-dash-${index}`, [
          [x, y - 6],
          [x + 42, y - 6],
        ]) + marker(`chart-fill-${index}`, index % 3, x + 21, y - 6);
      const entry = sign + text('chart-label', x + 52, y, name);
      x += 76 + name.length * 10;
      return entry;
    })
    .join('');
}

const chart = (title: string, svg: string, head: string[], rows: string[][]): Chart => ({
  title,
  svg,
  table: { head, rows },
});

/** Ratios and their intervals, one below another. */
export function forest(): Chart {
  const title = 'Response time as a ratio to no cache';
  const rows = [
    ['mini-redis, p50', 0.054, 0.053, 0.056, '18.5× faster'],
    ['mini-redis, p99', 0.56, 0.53, 0.6, '1.8× faster'],
    ['bundled, p50', 0.026, 0.025, 0.027, '38× faster'],
    ['bundled, p99', 1.01, 0.94, 1.08, 'no difference shown'],
  ] as const;
  const across = (ratio: number): number => 268 + (276 * (Math.log10(ratio) + 2)) / 2.3;
  const top = 60;
  const bottom = top + 58 * rows.length;
  const marks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].map(
    (mark) =>
      line('chart-grid', across(mark), top, across(mark), bottom + 6) +
      (mark === 0.01 || mark === 0.1 || mark === 1
        ? text('chart-muted chart-middle', across(mark), bottom + 25, `${mark}×`)
        : ''),
  );
  const drawn = rows.map(([label, ratio, low, high, finding], index) => {
    const y = top + 58 * (index + 0.5);
    const kind = low > 1 || high < 1 ? 'chart-fill-0' : 'chart-hollow chart-stroke-0';
    return (
      text('chart-label', 16, y + 6, label) +
      path('chart-line chart-stroke-0', [
        [across(low), y],
        [across(high), y],
      ]) +
      marker(kind, 1, across(ratio), y) +
      text('chart-strong', 584, y - 3, `${ratio}× (${low}–${high})`) +
      text('chart-muted', 584, y + 18, finding)
    );
  });
  const rule = line('chart-rule', across(1), top, across(1), bottom + 6);
  const caption = text(
    'chart-muted chart-end',
    784,
    bottom + 53,
    'ratio to the baseline with its 95 % interval; hollow where it holds 1×',
  );
  return chart(
    title,
    picture(title, bottom + 70, marks.join('') + rule + drawn.join('') + caption),
    ['compared', 'ratio', '95 % from', 'to', 'finding'],
    rows.map(([label, ratio, low, high, finding]) => [label, `${ratio}×`, `${low}×`, `${high}×`, finding]),
  );
}

interface Lines {
  title: string;
  names: readonly string[];
  /** From the left (0) to the right (1); how high (0 to 1) each is there. */
  heights: ((x: number) => number)[];
  across: [words: string, x: number][];
  up: [words: string, y: number][];
  xTitle: string;
  yTitle: string;
}

/** Lines of several recordings over one axis. */
export function lines({ title, names, heights, across, up, xTitle, yTitle }: Lines): Chart {
  const [left, right, top, bottom] = [92, 776, 118, 418];
  const at = (x: number, y: number): [number, number] => [
    left + x * (right - left),
    bottom - Math.min(1, Math.max(0, y)) * (bottom - top),
  ];
  const steps = Array.from({ length: 61 }, (_, index) => index / 60);
  const grid = [
    ...up.map(([words, y]) => {
      const [, level] = at(0, y);
      return (
        line('chart-grid', left, level, right, level) +
        text('chart-muted chart-end', left - 10, level + 6, words)
      );
    }),
    ...across.map(([words, x]) => {
      const [place] = at(x, 0);
      return (
        line('chart-grid', place, top, place, bottom + 6) +
        text('chart-muted chart-middle', place, bottom + 25, words)
      );
    }),
  ];
  const drawn = heights.map((height, index) => {
    const points = steps.map((x) => at(x, height(x)));
    const marked = points.filter((_, step) => step % 12 === 4 + index * 3);
    return (
      path(`chart-line chart-stroke-${index} chart-dash-${index}`, points) +
      marked.map(([x, y]) => marker(`chart-fill-${index}`, index % 3, x, y)).join('')
    );
  });
  const frame =
    legend(names, 68) +
    text('chart-muted', 16, 98, yTitle) +
    grid.join('') +
    line('chart-axis', left, bottom, right, bottom) +
    text('chart-muted chart-end', right, bottom + 53, xTitle);
  return chart(
    title,
    picture(title, 488, frame + drawn.join('')),
    ['', ...names],
    across.map(([words, x]) => [words, ...heights.map((height) => `${(height(x) * 100).toFixed(1)}`)]),
  );
}
