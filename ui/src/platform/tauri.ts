// The backend inside the app's own process. The only file that names Tauri.

import { Channel, invoke } from '@tauri-apps/api/core';

import type { Event } from '../bindings/api';
import { Failure, type Host } from './host';

export const tauri: Host = {
  async call(name, ...[request]) {
    try {
      return await invoke(name, request === undefined ? undefined : { request });
    } catch (reason) {
      throw Failure.from(reason);
    }
  },

  async watch(listener) {
    const channel = new Channel<Event>();
    channel.onmessage = listener;
    await invoke('watch', { channel });
  },
};
