import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['**/*.served.ts'],
    globalSetup: './setup.ts',
    // Three servers and pages at a time: each mostly waits for another.
    fileParallelism: false,
    maxConcurrency: 3,
    sequence: { concurrent: true },
    // Only a failure takes this long, on however busy a machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
