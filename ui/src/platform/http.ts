// The backend in a process of its own, reached over a WebSocket: the same page in a browser, by `cachescope serve --ui`.
//
// Every message of the page is one JSON text, `{id, command, request, side}`, `{watch: side}` or, with a file that was asked
// for, `{file, more}` before each piece of it. The backend answers `{id, reply}` or `{id, error}`, and says of its own accord
// `{event, side}`, `{save, base64}` and `{open, most}`.

import type { ApiError, Event, Side } from '../bindings/api';
import { Failure, type Host, type Screen } from './host';

/** What the backend says. */
type Word =
  | { id: number; reply: unknown }
  | { id: number; error: ApiError }
  | { event: Event; side: Side }
  | { save: string; base64: string }
  | { open: number; most: number };

/** A connection to the backend. */
export interface Line {
  send(message: string | Uint8Array<ArrayBuffer>): void;
}

/** Who is told of it. */
export interface Listener {
  opened(): void;
  heard(message: unknown): void;
  closed(): void;
}

/** A file that was chosen. */
export interface Chosen {
  size: number;
  /** The bytes from one place to another. */
  read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** What the browser does for the page. */
export interface Browser {
  /** Calls the backend. */
  dial(listener: Listener): Line;
  /** Hands a file to whoever sits in front of the page. */
  save(name: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** Asks for a file; null where none is chosen. */
  open(): Promise<Chosen | null>;
  /** The screen that it is on. */
  screen: Screen;
  /** Runs something after so many milliseconds. */
  after(ms: number, run: () => void): void;
}

interface Waiting {
  take: (reply: unknown) => void;
  fail: (failure: Failure) => void;
}

/** How much of a file goes in one message. */
const PIECE = 64 * 1024;
/** How long it waits before it calls again: at first, and at most. */
const AGAIN_MS = { first: 250, most: 5_000 };

const LOST = new Failure(
  'failed',
  'The connection to Cachescope is lost; whether that was done is not known. It is tried again. Where `cachescope serve` was ' +
    'started anew, open the address that it printed then.',
);

class Connection {
  readonly #browser: Browser;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<Side, (event: Event) => void>();
  /** What is to be said as soon as somebody listens. */
  #unsaid: string[] = [];
  #line: Line | null = null;
  #open = false;
  #lastId = 0;
  #againMs = AGAIN_MS.first;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  call(side: Side, command: string, request: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((take, fail) => {
      this.#waiting.set(id, { take, fail });
      this.#say(JSON.stringify({ id, command, side, ...(request === undefined ? {} : { request }) }));
    });
  }

  watch(side: Side, listener: (event: Event) => void): void {
    this.#listeners.set(side, listener);
    // Said anew with every connection, so that nothing of it need wait.
    if (this.#open) this.#line?.send(JSON.stringify({ watch: side }));
    else this.#dial();
  }

  #say(text: string): void {
    if (this.#open) {
      this.#line?.send(text);
    } else {
      this.#unsaid.push(text);
      this.#dial();
    }
  }

  #dial(): void {
    if (this.#line) return;
    this.#line = this.#browser.dial({
      opened: () => {
        this.#open = true;
        this.#againMs = AGAIN_MS.first;
        for (const side of this.#listeners.keys()) this.#line?.send(JSON.stringify({ watch: side }));
        for (const text of this.#unsaid) this.#line?.send(text);
        this.#unsaid = [];
      },
      heard: (message) => {
        if (typeof message === 'string') this.#hear(JSON.parse(message) as Word);
      },
      closed: () => {
        this.#line = null;
        this.#open = false;
        this.#unsaid = [];
        const waiting = [...this.#waiting.values()];
        this.#waiting.clear();
        for (const { fail } of waiting) fail(LOST);
        this.#browser.after(this.#againMs, () => this.#dial());
        this.#againMs = Math.min(AGAIN_MS.most, this.#againMs * 2);
      },
    });
  }

  #hear(word: Word): void {
    if ('event' in word) {
      this.#listeners.get(word.side)?.(word.event);
    } else if ('save' in word) {
      this.#browser.save(
        word.save,
        Uint8Array.from(atob(word.base64), (letter) => letter.charCodeAt(0)),
      );
    } else if ('open' in word) {
      void this.#offer(word.open, word.most);
    } else {
      const waiting = this.#waiting.get(word.id);
      this.#waiting.delete(word.id);
      if ('error' in word) waiting?.fail(Failure.from(word.error));
      else waiting?.take(word.reply);
    }
  }

  /** Sends the file that is chosen, in pieces; one that is too large is not begun. */
  async #offer(file: number, most: number): Promise<void> {
    const line = this.#line;
    const chosen = await this.#browser.open();
    if (!line || line !== this.#line) return;
    if (!chosen) {
      line.send(JSON.stringify({ file, none: true }));
    } else if (chosen.size > most) {
      line.send(JSON.stringify({ file, size: chosen.size }));
    } else {
      for (let at = 0; at < chosen.size; at += PIECE) {
        line.send(JSON.stringify({ file, more: true }));
        line.send(await chosen.read(at, Math.min(at + PIECE, chosen.size)));
      }
      line.send(JSON.stringify({ file, more: false }));
    }
  }
}

/** The backend that this browser reaches. */
export function http(browser: Browser): Host {
  const connection = new Connection(browser);
  const hostOf = (side: Side): Host => ({
    call: (name, ...[request]) => connection.call(side, name, request) as Promise<never>,
    watch: (listener) => Promise.resolve(connection.watch(side, listener)),
    screen: browser.screen,
    side: hostOf,
  });
  return hostOf('a');
}
