import { expect, it } from 'vitest';
import { requestsOf, SETTINGS, TestHost } from '../../tests/host';
import type { Plan, StudyState } from '../bindings/api';
import { Lab } from './lab.svelte';
import { QUICK_SETS } from './plan';
import { Study } from './study.svelte';

async function opened() {
  const host = new TestHost();
  const lab = new Lab(host);
  await lab.open();
  const ended: [readonly number[], string][] = [];
  const study = new Study(lab, (ids, message) => ended.push([ids, message]));
  return { host, lab, study, ended };
}

it('plans what the Stage sends, in rounds that end, under names that follow the conditions', async () => {
  const { host, study } = await opened();
  expect(study.plan).toMatchObject({
    name: 'no cache, mini-redis, bundled',
    rounds: 5,
    workload: { ...SETTINGS.workload, length: { kind: 'time', ms: 5_000 } },
  });
  if (QUICK_SETS[1]) study.chooseSet(QUICK_SETS[1]);
  study.change({ rounds: 10 });
  study.chooseLength({ kind: 'time', ms: 2_000 });
  await study.start();
  const [sent] = requestsOf(host, 'start_study') as [Plan];
  expect(sent).toMatchObject({ name: 'TTL 1 s, TTL 10 s, TTL 60 s', rounds: 10 });
  expect(sent.conditions.map(({ ttl_ms }) => ttl_ms)).toEqual([1_000, 10_000, 60_000]);
  expect(study.on).toBe(true);
});

it('says beside the form what the laboratory does not take', async () => {
  const { host, lab, study } = await opened();
  study.planning = true;
  host.fail('invalid', 'A comparison has 1 to 100 rounds.');
  await study.start();
  expect(study.problem).toBe('A comparison has 1 to 100 rounds.');
  expect([study.planning, lab.messages.length]).toEqual([true, 0]);
  study.change({ rounds: 5 });
  expect(study.problem).toBeNull();
  await study.start();
  expect(study.planning).toBe(false);
});

it('tells of an end that it has seen coming, not of one long past', async () => {
  const { study, ended } = await opened();
  const end: StudyState = {
    state: 'ended',
    name: 'TTL',
    recordings: [4, 5],
    message: 'It ended.',
    good: true,
  };
  study.follow(end);
  expect(ended).toEqual([]);
  study.follow({
    state: 'running',
    name: 'TTL',
    contender: '',
    round: 1,
    rounds: 5,
    warming_up: true,
    done: 0,
    turns: 10,
    left_ms: null,
  });
  study.follow(end);
  study.follow(end);
  expect(ended).toEqual([[[4, 5], 'It ended.']]);
  expect(study.announcement).toBe('It ended.');
});
