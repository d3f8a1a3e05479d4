// A real browser: where the backend is, and what it lets a page do with files.

import type { Screen } from './host';
import type { Browser, Chosen } from './http';

/** Under this the launch token is kept for as long as the tab lives. */
const KEPT = 'cachescope-token';

/** The token of the address that `cachescope serve` printed; empty if there was none. It goes from the address bar at once,
    where it could be read. */
export function token(): string {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given !== null) {
    sessionStorage.setItem(KEPT, given);
    address.searchParams.delete('token');
    history.replaceState(null, '', address);
  }
  return sessionStorage.getItem(KEPT) ?? '';
}

/** The tab's. Escape is the browser's while it fills the screen, and the page never hears of that key. */
const screen: Screen = {
  async fill(left) {
    const root = document.documentElement;
    await root.requestFullscreen();
    const changed = (): void => {
      if (document.fullscreenElement) return;
      document.removeEventListener('fullscreenchange', changed);
      left();
    };
    document.addEventListener('fullscreenchange', changed);
  },
  async leave() {
    if (document.fullscreenElement) await document.exitFullscreen();
  },
};

function chosen(file: File): Chosen {
  const read = async (from: number, to: number) => new Uint8Array(await file.slice(from, to).arrayBuffer());
  return { size: file.size, read };
}

export function browser(secret: string): Browser {
  const address = new URL('/ui/socket', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    // As a sub-protocol, since a page can set no header, and an address is written down in too many places.
    dial(listener) {
      const socket = new WebSocket(address, ['cachescope', `token.${secret}`]);
      socket.addEventListener('open', () => listener.opened());
      socket.addEventListener('message', ({ data }) => listener.heard(data));
      socket.addEventListener('close', () => listener.closed());
      return socket;
    },
    save(name, bytes) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([bytes]));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    },
    open: () =>
      new Promise((take) => {
        const input = document.createElement('input');
        input.type = 'file';
        input.addEventListener('change', () => take(input.files?.[0] ? chosen(input.files[0]) : null));
        input.addEventListener('cancel', () => take(null));
        input.click();
      }),
    screen,
    after: (ms, run) => void setTimeout(run, ms),
  };
}
