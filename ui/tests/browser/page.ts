// The page as it ships, over a backend in memory. `?scene=` says how the laboratory is.

import '../../src/styles/all';

import { mount } from 'svelte';

import App from '../../src/App.svelte';
import { BusyHost } from './busy';
import { SCENES } from './scenes';

const asked = new URLSearchParams(location.search).get('scene');
const scene = SCENES.find(({ name }) => name === asked);
const target = document.getElementById('app');
if (!scene || !target) throw new Error(`There is no scene ${asked}.`);

export default mount(App, { target, props: { host: new BusyHost(scene.status) } });
