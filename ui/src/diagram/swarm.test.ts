import { expect, it, vi } from 'vitest';
import { traces } from '../../tests/traces';
import type { Outcome } from '../bindings/api';
import { layout } from './layout';
import { MOST, Swarm, type Sheet } from './swarm';

const chart = layout('read');
const sprite = { width: 10, height: 10 };

function sheet() {
  const context = { clearRect: vi.fn(), drawImage: vi.fn() };
  const sprites = new Proxy({}, { get: () => sprite }) as Record<Outcome, typeof sprite>;
  return { context, scale: 1, margin: 0, sprites } satisfies Sheet;
}

it('draws each where it is, wipes where it was, and lets go of it when it has arrived', () => {
  const swarm = new Swarm();
  const drawn = sheet();
  swarm.add(chart, [traces.hit.trace], 0);
  swarm.draw(0, drawn);
  expect(drawn.context.clearRect).not.toHaveBeenCalled();
  const [, left, top] = drawn.context.drawImage.mock.calls[0] ?? [];

  swarm.draw(300, drawn);
  expect(drawn.context.clearRect).toHaveBeenCalledWith(left, top, 10, 10);
  expect(drawn.context.drawImage.mock.calls[1]?.slice(1)).not.toEqual([left, top]);

  swarm.draw(5_000, drawn);
  expect(drawn.context.clearRect).toHaveBeenCalledTimes(2);
  expect(drawn.context.drawImage).toHaveBeenCalledTimes(2);
  expect(swarm.size).toBe(0);
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
