import { expect, it, vi } from 'vitest';
import { Turns } from './turns';

it('gives each frame to one area: two of three to what travels', () => {
  const turns = new Turns();
  const areas = Array.from({ length: 10 }, (_, frame) => turns.pass(frame * 16.7));
  const travels = ['left', 'right'];
  expect(areas).toEqual([...travels, 'words', ...travels, 'words', ...travels, 'strip', 'left']);
});

it('draws in nobody else’s frame, and not after it has left', () => {
  const turns = new Turns();
  const draw = vi.fn();
  const leave = turns.join('words', draw);
  for (const ms of [0, 20, 40, 60]) turns.pass(ms);
  expect(draw.mock.calls).toEqual([[40]]);
  leave();
  for (const ms of [80, 100, 120]) turns.pass(ms);
  expect(draw).toHaveBeenCalledTimes(1);
});

it('does not hurry on a display with more frames', () => {
  const turns = new Turns();
  const areas = Array.from({ length: 144 }, (_, frame) => turns.pass((frame * 1_000) / 144));
  expect(areas.filter((area) => area === 'left')).toHaveLength(24);
});
