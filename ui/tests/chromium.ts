// Debian's Chromium, by playwright-core, which downloads none.

import { existsSync } from 'node:fs';

import type { LaunchOptions } from 'playwright-core';

const CHROMIUM = process.env.CACHESCOPE_CHROMIUM ?? '/usr/bin/chromium';

/** How it is started; says what to do where there is none. */
export function chromiumOptions(): LaunchOptions {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no Chromium at ${CHROMIUM}, and the page is not tested without one. Install it ` +
        '(Debian: apt-get install chromium) or say where it is in CACHESCOPE_CHROMIUM.',
    );
  }
  return { executablePath: CHROMIUM, args: FLAGS };
}

// It asks its maker for nothing; as root, as in a container, it has no sandbox; and it draws letters as every machine does.
const FLAGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
];
