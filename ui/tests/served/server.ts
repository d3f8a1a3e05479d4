// `cachescope serve --ui`, as whoever has a terminal starts it.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const UI = fileURLToPath(new URL('../..', import.meta.url));

/** The app, which `make test` builds before it runs this. */
export const BINARY = process.env.CACHESCOPE_BINARY ?? join(UI, '../target/debug/cachescope');

/** A server of one's own. */
export interface Serving {
  /** The address of the page, with the token. */
  url: string;
  /** Ends it as Ctrl+C does, and waits until it has. */
  close(): Promise<void>;
}

/** Starts it over a data folder, on a port that is free, and waits until requests can be answered. */
export async function serveFrom(folder: string): Promise<Serving> {
  const server = spawn(BINARY, ['serve', '--ui', '--http', '127.0.0.1:0', '--data-dir', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(server, 'exit');
  const said: string[] = [];
  createInterface(server.stderr).on('line', (line) => said.push(line));
  let url: string | undefined;
  for await (const line of createInterface(server.stdout)) {
    said.push(line);
    url ??= /^The window, in a browser: (.*)$/.exec(line)?.[1];
    if (line.startsWith('Try: ')) break;
  }
  if (!url || server.exitCode !== null) {
    server.kill('SIGKILL');
    throw new Error(`cachescope serve --ui did not come up. It said:\n${said.join('\n')}`);
  }
  // What nobody reads must not hold it up.
  server.stdout.resume();
  return {
    url,
    async close() {
      server.kill('SIGINT');
      const [code] = (await ended) as [number | null];
      if (code !== 0)
        throw new Error(`cachescope serve --ui ended with ${code}. It said:\n${said.join('\n')}`);
    },
  };
}

/** Takes one of the committed recordings into a data folder. */
export function importRecording(folder: string, name: string): void {
  const file = join(UI, '../tests/recordings/study', name);
  execFileSync(BINARY, ['recordings', 'import', file, '--data-dir', folder], { stdio: 'pipe' });
}
