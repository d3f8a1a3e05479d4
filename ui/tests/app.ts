// The whole page over a backend in memory, and somebody in front of it.

import { render, screen } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';

import App from '../src/App.svelte';
import type { Status } from '../src/bindings/api';
import { TestHost } from './host';

export async function openApp(status: Partial<Status> = {}): Promise<{ host: TestHost; user: UserEvent }> {
  const host = new TestHost(status);
  const user = userEvent.setup();
  render(App, { host });
  await screen.findByRole('form', { name: 'Request' });
  await screen.findByRole('list', { name: 'Conditions' });
  return { host, user };
}

/** The requests of one command, in the order in which it was called. */
export const requestsOf = (host: TestHost, command: string): unknown[] =>
  host.calls.filter(([name]) => name === command).map(([, request]) => request);
