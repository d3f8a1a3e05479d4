// The whole page over a backend in memory, and somebody in front of it.

import { render, screen } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';

import App from '../src/App.svelte';
import type { Settings, Status } from '../src/bindings/api';
import { ManualFrames } from './frames';
import { TestHost } from './host';

interface Opened {
  host: TestHost;
  user: UserEvent;
  /** The clock of the traffic. */
  frames: ManualFrames;
}

export async function openApp(
  status: Partial<Status> = {},
  settings: Partial<Settings> = {},
): Promise<Opened> {
  const host = new TestHost(status);
  host.settings = { ...host.settings, ...settings };
  const user = userEvent.setup();
  const frames = new ManualFrames();
  host.clock = () => frames.nowMs;
  render(App, { host, frames });
  await screen.findByRole('form', { name: 'Request' });
  await screen.findByRole('list', { name: 'Conditions' });
  return { host, user, frames };
}

export { requestsOf } from './host';
