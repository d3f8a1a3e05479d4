import { describe, expect, it } from 'vitest';
import { traces } from '../../tests/traces';
import { isOn } from './geometry';
import { layout, type NodeId } from './layout';
import { routeOf } from './route';
import { journeyOf, tokenAt } from './token';

describe.each(Object.entries(traces))('the token of %s', (_, detail) => {
  const chart = layout(detail.trace.request.operation);
  const route = routeOf(detail);
  const legs = journeyOf(chart, route, detail.trace);
  const total = detail.trace.total_ns;
  const isAt = (id: NodeId | undefined, timeNs: number) => {
    const outline = chart.nodes.find((node) => node.id === id)?.outline ?? [];
    const point = tokenAt(legs, timeNs);
    return point !== null && isOn(outline, point);
  };

  it('has a place at every nanosecond, from 0 to the total', () => {
    expect(legs.at(-1)?.toNs).toBe(total);
    legs.forEach((leg, index) => {
      expect(leg.fromNs).toBe(index === 0 ? 0 : legs[index - 1]?.toNs);
      expect(leg.toNs).toBeGreaterThanOrEqual(leg.fromNs);
    });
  });

  it('never jumps', () => {
    legs.slice(1).forEach((leg, index) => {
      expect(leg.line[0]).toEqual(legs[index]?.line.at(-1));
    });
  });

  it('is at the border of the node whose step is under way', () => {
    detail.trace.steps.forEach((step, index) => {
      if (step.kind === 'encode') return;
      // Past the way there, and before the answer leaves.
      const soon = step.start_ns + step.duration_ns * 0.6;
      expect(isAt(route.places[index], soon), step.kind).toBe(true);
    });
  });

  it('ends where the request ended', () => {
    expect(isAt(route.nodes.includes('send') ? 'client' : route.nodes.at(-1), total)).toBe(true);
  });
});

it('stands still at the door of each node where nothing may travel', () => {
  const chart = layout('read');
  const legs = journeyOf(chart, routeOf(traces.miss), traces.miss.trace);
  // All during the database query, after the way there.
  const [early, middle, late] = [1e6, 1.5e6, 2.2e6].map((timeNs) => tokenAt(legs, timeNs, false));
  expect(middle).toEqual(early);
  expect(late).toEqual(early);
});

it('is nowhere without a trace', () => {
  expect(tokenAt([], 0)).toBeNull();
});
