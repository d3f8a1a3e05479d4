import { describe, expect, it, vi } from 'vitest';

import type { Event } from '../bindings/api';
import { Failure } from './host';
import { http, type Browser, type Chosen, type Line, type Listener } from './http';

class FakeLine implements Line {
  readonly sent: unknown[] = [];

  constructor(readonly listener: Listener) {}

  send(message: string | Uint8Array<ArrayBuffer>): void {
    this.sent.push(typeof message === 'string' ? JSON.parse(message) : message);
  }

  open(): void {
    this.listener.opened();
  }

  close(): void {
    this.listener.closed();
  }

  hears(word: unknown): void {
    this.listener.heard(JSON.stringify(word));
  }
}

function bench(file: Chosen | null = null) {
  const lines: FakeLine[] = [];
  const later: { ms: number; run: () => void }[] = [];
  const saved: { name: string; bytes: Uint8Array }[] = [];
  const browser: Browser = {
    dial: (listener) => {
      const line = new FakeLine(listener);
      lines.push(line);
      return line;
    },
    save: (name, bytes) => void saved.push({ name, bytes }),
    open: () => Promise.resolve(file),
    screen: { fill: () => Promise.resolve(), leave: () => Promise.resolve() },
    after: (ms, run) => void later.push({ ms, run }),
  };
  const line = () => lines.at(-1) as FakeLine;
  return { host: http(browser), lines, line, later, saved };
}

const EVENT = { kind: 'status' } as unknown as Event;

describe('a backend over a wire', () => {
  it('says what was asked before the connection stood as soon as it stands', async () => {
    const { host, line } = bench();
    const reply = host.call('status');
    expect(line().sent).toEqual([]);
    line().open();
    expect(line().sent).toEqual([{ id: 1, command: 'status', side: 'a' }]);
    line().hears({ id: 1, reply: 'so it is' });
    await expect(reply).resolves.toBe('so it is');
  });

  it('gives each answer to the one who asked, whatever order they come in', async () => {
    const { host, line } = bench();
    const first = host.call('frame', { cursor: 1 });
    const second = host.side('b').call('frame', { cursor: 2 });
    line().open();
    expect(line().sent.at(-1)).toEqual({ id: 2, command: 'frame', side: 'b', request: { cursor: 2 } });
    line().hears({ id: 2, reply: 2 });
    line().hears({ id: 1, reply: 1 });
    await expect(Promise.all([first, second])).resolves.toEqual([1, 2]);
  });

  it('rejects with what the backend says', async () => {
    const { host, line } = bench();
    const reply = host.call('status');
    line().open();
    line().hears({ id: 1, error: { code: 'invalid', message: 'No.' } });
    await expect(reply).rejects.toEqual(new Failure('invalid', 'No.'));
  });

  it('tells each side what is said of it', async () => {
    const { host, line } = bench();
    const [a, b] = [vi.fn(), vi.fn()];
    await host.watch(a);
    await host.side('b').watch(b);
    line().open();
    expect(line().sent).toEqual([{ watch: 'a' }, { watch: 'b' }]);
    line().hears({ event: EVENT, side: 'b' });
    expect(a).not.toHaveBeenCalled();
    expect(b).toHaveBeenCalledExactlyOnceWith(EVENT);
  });

  it('fails what waits when the connection is lost, calls again, later each time, and listens anew', async () => {
    const { host, lines, line, later } = bench();
    await host.watch(vi.fn());
    line().open();
    const reply = host.call('status');
    line().close();
    await expect(reply).rejects.toThrow('The connection to Cachescope is lost');
    later.shift()?.run();
    line().close();
    expect(lines).toHaveLength(2);
    expect(later.map(({ ms }) => ms)).toEqual([500]);
    later.shift()?.run();
    line().open();
    expect(line().sent).toEqual([{ watch: 'a' }]);
  });

  it('hands over what is to be saved', () => {
    const { host, line, saved } = bench();
    void host.call('status');
    line().open();
    line().hears({ save: 'run.csv', base64: btoa('a,b') });
    expect(saved.map(({ name, bytes }) => [name, String.fromCharCode(...bytes)])).toEqual([
      ['run.csv', 'a,b'],
    ]);
  });

  it('sends a chosen file in pieces, and says where there is none or it is too large', async () => {
    const offered = async (size: number | null, most: number) => {
      const read = (from: number, to: number) => Promise.resolve(new Uint8Array(to - from));
      const { host, line } = bench(size === null ? null : { size, read });
      void host.call('import_recording');
      line().open();
      line().sent.length = 0;
      line().hears({ open: 7, most });
      await vi.waitFor(() => expect(line().sent.at(-1)).not.toHaveProperty('more', true));
      await vi.waitFor(() => expect(line().sent.at(-1)).toHaveProperty('file'));
      return line().sent;
    };
    const pieces = await offered(100_000, 100_000);
    expect(pieces.filter((piece) => piece instanceof Uint8Array).map((piece) => piece.length)).toEqual([
      65_536, 34_464,
    ]);
    expect(pieces.at(-1)).toEqual({ file: 7, more: false });
    expect(await offered(null, 10)).toEqual([{ file: 7, none: true }]);
    expect(await offered(11, 10)).toEqual([{ file: 7, size: 11 }]);
  });
});
