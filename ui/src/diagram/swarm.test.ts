import { expect, it, vi } from 'vitest';
import { traces } from '../../tests/traces';
import type { Outcome } from '../bindings/api';
import { layout } from './layout';
import { MOST, Swarm, type Sheet } from './swarm';

const chart = layout('read');
const sprite = { width: 10, height: 10 };

function sheet(left = 0, width = 720) {
  const context = { clearRect: vi.fn(), drawImage: vi.fn() };
  const sprites = new Proxy({}, { get: () => sprite }) as Record<Outcome, typeof sprite>;
  return { context, width, height: 440, left, top: 0, scale: 1, sprites } satisfies Sheet;
}

it('draws each where it is in the place of where it was, and lets go of it when it has arrived', () => {
  const swarm = new Swarm();
  const drawn = sheet();
  swarm.add(chart, [traces.hit.trace], 0);
  expect(swarm.draw(0, drawn)).toBe(1);
  const before = drawn.context.drawImage.mock.calls[0];

  expect(swarm.draw(300, drawn)).toBe(1);
  expect(drawn.context.clearRect).toHaveBeenLastCalledWith(0, 0, 720, 440);
  expect(drawn.context.drawImage.mock.calls[1]).not.toEqual(before);

  expect(swarm.draw(5_000, drawn)).toBe(0);
  expect(drawn.context.clearRect).toHaveBeenCalledTimes(3);
  expect(drawn.context.drawImage).toHaveBeenCalledTimes(2);
  expect(swarm.size).toBe(0);
});

it('draws each on the sheet it is over: on both where it is over both', () => {
  const swarm = new Swarm();
  const whole = sheet();
  swarm.add(chart, [traces.hit.trace], 0);
  swarm.draw(300, whole);
  const x = whole.context.drawImage.mock.calls[0]?.[1] as number;
  expect(swarm.draw(300, sheet(0, x))).toBe(0);
  expect(swarm.draw(300, sheet(0, x + 5))).toBe(1);
  expect(swarm.draw(300, sheet(-x - 5, 100))).toBe(1);
  expect(swarm.draw(300, sheet(-x - 10, 100))).toBe(0);
});

it('has a most', () => {
  const swarm = new Swarm();
  swarm.add(chart, Array(1_000).fill(traces.miss.trace), 0);
  expect(swarm.size).toBe(MOST);
});

it('leaves out what goes over another chart', () => {
  const swarm = new Swarm();
  swarm.add(chart, [traces.written.trace], 0);
  expect(swarm.size).toBe(0);
});
