import './platform/language';

import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';

import { mount } from 'svelte';

import App from './App.svelte';
import { tauri } from './platform/tauri';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has an element #app');

export default mount(App, { target, props: { host: tauri } });
