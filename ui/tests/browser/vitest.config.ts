import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['**/*.browser.ts'],
    // Three pages of one Chromium at a time: each mostly waits for the screen.
    maxConcurrency: 3,
    sequence: { concurrent: true },
    // Only a failure takes this long, on however busy a machine.
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
});
