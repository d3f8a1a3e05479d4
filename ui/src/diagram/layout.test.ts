import { describe, expect, it } from 'vitest';
import type { Pattern } from '../bindings/api';
import { isOn, pointAlong, type Box, type Point } from './geometry';
import { layout } from './layout';

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const strictlyInside = ({ x, y, width, height }: Box, point: Point): boolean =>
  point.x > x && point.x < x + width && point.y > y && point.y < y + height;

describe.each([
  ['read', 'cache_aside'],
  ['read', 'read_through'],
  ['read', 'refresh_ahead'],
  ['read', 'stale_while_revalidate'],
  ['write', 'cache_aside'],
  ['write', 'write_through'],
  ['write', 'write_behind'],
] as const)('the chart of a %s by %s', (operation, pattern) => {
  const chart = layout(operation, pattern);

  it('has no two nodes on top of each other', () => {
    chart.nodes.forEach((a, index) => {
      for (const b of chart.nodes.slice(index + 1)) {
        expect(overlap(a.box, b.box), `${a.id} over ${b.id}`).toBe(false);
      }
    });
  });

  it('keeps everything inside its frame', () => {
    const points = [...chart.nodes, ...chart.edges].flatMap((each) =>
      'outline' in each ? each.outline : each.line,
    );
    for (const { x, y } of points) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(chart.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(chart.height);
    }
  });

  it('begins and ends each edge on the border of its nodes', () => {
    const outlineOf = (id: string) => chart.nodes.find((node) => node.id === id)?.outline ?? [];
    for (const edge of chart.edges) {
      expect(isOn(outlineOf(edge.from), edge.start), `${edge.id} leaves ${edge.from}`).toBe(true);
      expect(isOn(outlineOf(edge.to), edge.end), `${edge.id} reaches ${edge.to}`).toBe(true);
    }
  });

  it('runs no edge through a node', () => {
    for (const edge of chart.edges) {
      for (let share = 0; share <= 1; share += 0.005) {
        const point = pointAlong(edge.line, share);
        for (const node of chart.nodes) {
          expect(strictlyInside(node.box, point), `${edge.id} through ${node.id}`).toBe(false);
        }
      }
    }
  });

  it('leads from the client back to the client', () => {
    expect(chart.edges.some((edge) => edge.from === 'client')).toBe(true);
    expect(chart.edges.some((edge) => edge.from === 'send' && edge.to === 'client')).toBe(true);
  });
});

it('frames what a read-through cache does by itself, and nothing else', () => {
  const { frame, nodes } = layout('read', 'read_through');
  const inside = nodes.filter(({ box }) => frame && overlap(frame.box, box)).map(({ id }) => id);
  expect(inside).toEqual(['check', 'hit', 'miss', 'return', 'fetch', 'fast', 'store']);
});

it('draws what is done in the background as such, and nothing else', () => {
  const behind = (operation: 'read' | 'write', pattern: Pattern) =>
    layout(operation, pattern)
      .edges.filter((edge) => edge.background)
      .map((edge) => edge.id);
  expect(behind('read', 'refresh_ahead')).toEqual(['hit-fetch']);
  expect(behind('read', 'stale_while_revalidate')).toEqual(['stale-fetch']);
  expect(behind('write', 'write_behind')).toEqual(['queue-batch']);
  expect(behind('read', 'write_behind')).toEqual([]);
});

it('shows the lanes of the unusual only when they are taken', () => {
  const rare = layout('read')
    .edges.filter((edge) => edge.rare)
    .map((edge) => edge.id);
  expect(rare).toEqual(['check-fetch', 'check-send', 'fetch-send', 'miss-send']);
});
