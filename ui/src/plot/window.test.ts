import { expect, it } from 'vitest';
import { Samples } from './samples';
import { liveWindow, stillWindow, timeMarks } from './window';

function clicks(everyNs: number, count = 5): Samples {
  const samples = new Samples();
  samples.push(
    Array.from({ length: count }, (_, id) => ({
      id,
      outcome: 'hit' as const,
      ended_ns: 1e12 + id * everyNs,
      response_ns: 1,
      service_ns: 1,
    })),
  );
  return samples;
}

it('shows the last half minute while time runs', () => {
  expect(liveWindow(100e9)).toEqual({ from: 70e9, to: 100e9 });
  expect(timeMarks(liveWindow(100e9), true).map(({ label }) => label)).toEqual([
    '30 s ago',
    '20 s ago',
    '10 s ago',
    'now',
  ]);
});

it('reaches back as far as the latest few clicks do where nothing moves', () => {
  const span = (samples: Samples): number => {
    const { from, to } = stillWindow(samples);
    return (to - from) / 1e9;
  };
  expect(span(new Samples())).toBe(30);
  expect(span(clicks(1e9))).toBe(30);
  expect(span(clicks(20e9))).toBe(120);
  expect(span(clicks(1e6, 10_000))).toBe(30);
  expect(span(clicks(3600e9))).toBe(3600);
});

it('ends at the latest one, and says so', () => {
  const window = stillWindow(clicks(100e9));
  expect(window.to).toBe(1e12 + 400e9);
  expect(timeMarks(window, false).map(({ label }) => label)).toEqual([
    '10 min before',
    '8 min before',
    '6 min before',
    '4 min before',
    '2 min before',
    'latest',
  ]);
});
