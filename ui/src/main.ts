import './platform/language';

import './styles/all';

import { mount } from 'svelte';

import App from './App.svelte';
import { browser } from './platform/browser';
import { http } from './platform/http';
import { tauri } from './platform/tauri';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has an element #app');

const inWindow = '__TAURI_INTERNALS__' in window;

export default mount(App, { target, props: { host: inWindow ? tauri : http(browser()) } });
