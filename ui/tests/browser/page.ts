// The page as it ships, over a backend in memory. `?scene=` says how the laboratory is.

import '../../src/platform/language';
import '../../src/styles/all';

import { mount } from 'svelte';

import App from '../../src/App.svelte';
import { BusyHost } from './busy';
import { furnish } from '../innards';
import { RECORDINGS, Shelf } from '../shelf';
import { SCENES } from './scenes';

const asked = new URLSearchParams(location.search).get('scene');
const scene = SCENES.find(({ name }) => name === asked);
const target = document.getElementById('app');
if (!scene || !target) throw new Error(`There is no scene ${asked}.`);

const host = new BusyHost(scene.status);
host.clock = () => performance.now();
host.headStartMs = scene.headStartMs ?? 0;
host.settings = { ...host.settings, newcomer: scene.newcomer ?? false };
if (scene.innards) furnish(host.innards, scene.innards);
if (scene.recordings) host.shelf = new Shelf(RECORDINGS);
if (scene.status?.conditions) host.settings = { ...host.settings, conditions: scene.status.conditions };
const { workload } = host.settings;
const rate = { kind: 'steady', per_second: scene.perSecond ?? 200 } as const;
host.settings = {
  ...host.settings,
  workload: {
    ...workload,
    mix: { ...workload.mix, write_percent: scene.writePercent ?? 0 },
    pace: { kind: 'open', rate, spacing: 'poisson' },
  },
};

export default mount(App, { target, props: { host } });
