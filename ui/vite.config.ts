// The page alone: what is built into the app, and what tests run on. `make dev` uses vite.config.tauri.ts.

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  plugins: [svelte()],
  build: {
    outDir: `${here}dist`,
    emptyOutDir: true,
    // WebKitGTK 2.40 and later, WebView2.
    target: ['safari16', 'chrome111'],
    // Fonts stay files: the CSP allows no data: fonts.
    assetsInlineLimit: 0,
    // Who wrote what is built in, and under which licence: packed beside the app.
    license: { fileName: 'licenses.md' },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['tests/dom.ts'],
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    // Only a failure takes this long, on however busy a machine.
    testTimeout: 60_000,
  },
  // Svelte's browser build also in tests.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined,
});
