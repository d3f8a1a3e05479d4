// What the system prefers, followed as it changes.

import { MediaQuery } from 'svelte/reactivity';

import type { Appearance } from '../bindings/api';

const dark = new MediaQuery('prefers-color-scheme: dark');
const still = new MediaQuery('prefers-reduced-motion: reduce');

/** Light or dark, once the setting and the system have been asked. */
export function themeOf(appearance: Appearance | undefined): 'light' | 'dark' {
  const theme = appearance?.theme ?? 'system';
  return theme === 'system' ? (dark.current ? 'dark' : 'light') : theme;
}

/** Whether nothing may travel across the screen. */
export function reducesMotion(appearance: Appearance | undefined): boolean {
  const motion = appearance?.motion ?? 'system';
  return motion === 'system' ? still.current : motion === 'reduced';
}
