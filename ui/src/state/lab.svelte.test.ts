import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SETTINGS, TestHost } from '../../tests/host';
import { Lab } from './lab.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function opened(): Promise<{ lab: Lab; host: TestHost }> {
  const host = new TestHost();
  const lab = new Lab(host);
  await lab.open();
  return { lab, host };
}

const saved = (host: TestHost): unknown[] =>
  host.calls.filter(([name]) => name === 'change_settings').map(([, request]) => request);

it('changes how the window looks at once, and keeps it when nothing more has been changed for a moment', async () => {
  const { lab, host } = await opened();
  lab.look({ slow_motion_ms_per_us: 20 });
  lab.look({ text_percent: 150 });
  expect(lab.settings?.appearance).toMatchObject({ slow_motion_ms_per_us: 20, text_percent: 150 });
  expect(saved(host)).toEqual([]);

  await vi.runAllTimersAsync();
  const appearance = { ...SETTINGS.appearance, slow_motion_ms_per_us: 20, text_percent: 150 };
  expect(saved(host)).toEqual([{ ...SETTINGS, appearance }]);
});
