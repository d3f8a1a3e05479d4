import './platform/language';

import './styles/all';

import { mount } from 'svelte';

import App from './App.svelte';
import { tauri } from './platform/tauri';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has an element #app');

export default mount(App, { target, props: { host: tauri } });
