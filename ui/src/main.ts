import './platform/language';

import './styles/all';

import { mount } from 'svelte';

import App from './App.svelte';
import { browser, token } from './platform/browser';
import { http } from './platform/http';
import { tauri } from './platform/tauri';
import { tellUninvited } from './platform/uninvited';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has an element #app');

const inWindow = '__TAURI_INTERNALS__' in window;
const secret = inWindow ? null : token();

if (secret === '') tellUninvited(target);
else mount(App, { target, props: { host: secret === null ? tauri : http(browser(secret)) } });
