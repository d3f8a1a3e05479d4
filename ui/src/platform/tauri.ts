// The backend inside the app's own process. The only file that names Tauri.

import { Channel, invoke } from '@tauri-apps/api/core';
import { getCurrentWindow } from '@tauri-apps/api/window';

import type { Event, Side } from '../bindings/api';
import { Failure, type Host, type Screen } from './host';

/** The window's own way: Escape is the page's there, so nobody leaves by other means. */
const screen: Screen = {
  fill: () => getCurrentWindow().setFullscreen(true),
  leave: () => getCurrentWindow().setFullscreen(false),
};

const hostOf = (side: Side): Host => ({
  async call(name, ...[request]) {
    try {
      return await invoke(name, request === undefined ? { side } : { request, side });
    } catch (reason) {
      throw Failure.from(reason);
    }
  },

  async watch(listener) {
    const channel = new Channel<Event>();
    channel.onmessage = listener;
    await invoke('watch', { channel, side });
  },

  screen,
  side: hostOf,
});

export const tauri: Host = hostOf('a');
