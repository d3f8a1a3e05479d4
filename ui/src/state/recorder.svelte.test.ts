import { expect, it } from 'vitest';
import { requestsOf, TestHost } from '../../tests/host';
import type { Status } from '../bindings/api';
import { Lab } from './lab.svelte';
import { Recorder } from './recorder.svelte';
import { Recordings } from './recordings.svelte';

async function opened(status: Partial<Status> = {}) {
  const host = new TestHost(status);
  const lab = new Lab(host);
  await lab.open();
  let nowMs = 0;
  const shown: number[] = [];
  const recorder = new Recorder(
    lab,
    new Recordings(lab),
    () => nowMs,
    (ids) => shown.push(...ids),
  );
  /** As the window does it. */
  const press = async (): Promise<void> => {
    await recorder.toggle();
    recorder.follow(lab.status?.recording ?? null);
    await new Promise((answered) => setTimeout(answered));
  };
  return { host, lab, recorder, shown, press, wait: (ms: number) => (nowMs += ms) };
}

it('records, says for how long, and where it is kept', async () => {
  const { host, lab, recorder, shown, press, wait } = await opened();
  await press();
  expect(host.status.traffic.state).toBe('running');
  wait(12_000);
  expect([recorder.on, recorder.elapsed()]).toEqual([true, 12_000]);

  await press();
  expect(recorder.on).toBe(false);
  const [message] = lab.messages;
  expect(message?.text).toBe('Kept as “bundled, page, YCSB C at 200/s”.');
  message?.offer?.take();
  expect(shown).toEqual([10]);
});

it('leaves it to the words about the run where that ended first', async () => {
  const { host, lab, recorder, press } = await opened();
  await press();
  await host.call('stop_traffic');
  recorder.follow(lab.status?.recording ?? null);
  await new Promise((answered) => setTimeout(answered));
  expect(lab.messages).toEqual([]);
  expect(recorder.kept(10)?.name).toBe('bundled, page, YCSB C at 200/s');
});

it.each<[string, Partial<Status>]>([
  [
    'a comparison',
    {
      study: {
        state: 'running',
        name: '',
        contender: '',
        round: 1,
        rounds: 5,
        warming_up: false,
        done: 0,
        turns: 10,
        left_ms: null,
      },
      recording: { id: 4, name: 'mini-redis', run: 2 },
    },
  ],
  [
    'a replay',
    {
      traffic: {
        state: 'replaying',
        run: 1,
        recording: 1,
        name: '',
        position_ms: 0,
        length_ms: 1,
        paused: false,
      },
    },
  ],
  ['a catalogue that is not there', { catalogue: { state: 'opening' } }],
])('is told why not during %s', async (_, status) => {
  const { host, lab, recorder, press } = await opened(status);
  expect(recorder.obstacle).toMatch(/\.$/);
  await press();
  expect(requestsOf(host, 'start_recording')).toEqual([]);
  expect(lab.messages.map(({ text }) => text)).toEqual([recorder.obstacle]);
  expect(recorder.on).toBe(false);
});
