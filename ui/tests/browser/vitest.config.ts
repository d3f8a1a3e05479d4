import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['**/*.browser.ts'],
    // Two pages of one Chromium at a time: one waits for the screen while the other works.
    maxConcurrency: 2,
    sequence: { concurrent: true },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
