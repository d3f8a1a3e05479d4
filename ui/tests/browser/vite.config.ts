// Builds the page as it ships, but with a backend in memory.

import { fileURLToPath } from 'node:url';

import { mergeConfig } from 'vite';

import web from '../../vite.config.ts';

const input = fileURLToPath(new URL('index.html', import.meta.url));

export default mergeConfig(web, { build: { rolldownOptions: { input }, reportCompressedSize: false } });
