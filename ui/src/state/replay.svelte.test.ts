import { expect, it } from 'vitest';
import { ManualFrames } from '../../tests/frames';
import { requestsOf, TestHost } from '../../tests/host';
import { AllPoints } from '../../tests/points';
import { RECORDINGS, Shelf } from '../../tests/shelf';
import { Lab } from './lab.svelte';
import { Stage } from './stage.svelte';
import { Traffic } from './traffic.svelte';

async function playing() {
  const host = new TestHost();
  host.shelf = new Shelf(RECORDINGS);
  const lab = new Lab(host);
  await lab.open();
  const frames = new ManualFrames();
  host.clock = () => frames.nowMs;
  const samples = new AllPoints();
  const traffic = new Traffic(lab, samples, frames);
  const stage = new Stage(lab, traffic, () => 0);
  const answered = async () => {
    for (let turns = 0; turns < 12; turns += 1) await Promise.resolve();
  };
  // As the window does it.
  const follow = async () => {
    traffic.follow(traffic.state);
    await answered();
  };
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 20) {
      frames.pass(20, 20);
      await follow();
    }
  };
  await stage.replay.play(6);
  await follow();
  await pass(2_000);
  return { host, lab, traffic, stage, samples, replay: stage.replay, pass, follow };
}

it('is shown as traffic is, under the conditions it was recorded under', async () => {
  const { traffic, replay, samples } = await playing();
  expect([traffic.live, traffic.on]).toEqual([true, false]);
  expect(replay.positionMs).toBeGreaterThan(1_700);
  expect(replay.positionMs).toBeLessThanOrEqual(2_000);
  expect(samples.total).toBeGreaterThan(300);
  expect(traffic.summary?.conditions.engine.kind).toBe('mini_redis');
});

it('stands still while it is held, and goes on where it stood', async () => {
  const { traffic, replay, pass } = await playing();
  await replay.toggle();
  await pass(500);
  const [position, now] = [replay.positionMs, traffic.now()];
  await pass(5_000);
  expect([replay.positionMs, traffic.now(), traffic.live]).toEqual([position, now, false]);
  await replay.toggle();
  await pass(1_000);
  expect(replay.positionMs - position).toBeGreaterThan(700);
  expect(replay.positionMs - position).toBeLessThanOrEqual(1_000);
  expect(Number(traffic.now()) / 1e6 - position).toBeLessThanOrEqual(1_050);
});

it('leaps: its numbers stand until those of the other moment are there', async () => {
  const { host, traffic, replay, follow, pass } = await playing();
  const [before, standing] = [traffic.summary, traffic.at('line')?.summary.elapsed_ns];
  await replay.leap(10_000);
  await follow();
  expect(traffic.summary).toBe(before);
  expect(standing).toBeGreaterThan(0);
  expect(traffic.at('line')).not.toBeNull();
  await pass(300);
  expect(traffic.summary?.elapsed_ns).toBeGreaterThan(10e9);
  expect(requestsOf(host, 'seek_replay')).toEqual([{ position_ms: 10_000, paused: false }]);
});

it('shows the numbers of the moment it is held at', async () => {
  const { traffic, replay, follow, pass } = await playing();
  await replay.toggle();
  await follow();
  await replay.leap(15_000);
  await pass(600);
  expect([replay.paused, Math.round(replay.positionMs)]).toEqual([true, 15_000]);
  expect(traffic.at('line')?.summary.elapsed_ns).toBeCloseTo(15e9, -8);
  expect(traffic.at('line')?.reading.frame.now_ns).toBeCloseTo(15e9, -8);
});

it('leaps to the last of several places that are asked for at once', async () => {
  const { host, replay } = await playing();
  await Promise.all([1_000, 2_000, 3_000, 4_000].map((ms) => replay.leap(ms)));
  expect(
    requestsOf(host, 'seek_replay').map((request) => (request as { position_ms: number }).position_ms),
  ).toEqual([1_000, 4_000]);
});

it('is stepped through request by request, from where it stands, and goes on from there', async () => {
  const { host, stage, traffic, replay, follow, pass } = await playing();
  const { latest } = traffic;
  await replay.step(-1);
  await follow();
  expect(stage.requests.selected?.trace.id).toBe(latest);
  expect([replay.paused, stage.tab]).toEqual([true, 'request']);
  const at = replay.place?.index ?? 0;
  for (let times = 0; times < 30; times += 1) await replay.step(1);
  expect(replay.place?.index).toBe(at + 30);
  const id = stage.requests.selected?.trace;
  expect(replay.positionMs).toBeCloseTo(((id?.started_ns ?? 0) + (id?.total_ns ?? 0)) / 1e6, 6);

  await replay.toggle();
  await follow();
  expect(requestsOf(host, 'seek_replay')).toEqual([{ position_ms: expect.any(Number), paused: false }]);
  expect(replay.place).toBeNull();
  await pass(500);
  expect(traffic.latest).toBeGreaterThan(id?.id ?? Infinity);
});

it('shows a recorded request, not one of today that has its number', async () => {
  const { host, stage, traffic } = await playing();
  const { latest } = traffic;
  if (latest === null) throw new Error('nothing is shown');
  await stage.show(latest);
  expect(requestsOf(host, 'kept_trace')).toEqual([{ id: latest }]);
});

it('leaves nothing behind', async () => {
  const { traffic, stage, samples, replay, follow } = await playing();
  await replay.step(1);
  await replay.end();
  await follow();
  expect([traffic.run, traffic.reading, samples.kept.length, stage.requests.selected]).toEqual([
    0,
    null,
    0,
    null,
  ]);
  expect(replay.state).toBeNull();
});
