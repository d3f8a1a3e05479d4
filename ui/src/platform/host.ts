// What the page asks of whatever backend it runs on.

import type { ApiError, Commands, ErrorCode, Event, Side } from '../bindings/api';

export interface Host {
  /** Runs a command. Rejects with a `Failure`. */
  call<K extends keyof Commands>(name: K, ...request: RequestOf<K>): Promise<Commands[K]['reply']>;
  /** Tells of everything the laboratory says of its own accord, beginning with how it is. */
  watch(listener: (event: Event) => void): Promise<void>;
  /** The screen that the page is on. */
  readonly screen: Screen;
  /** The same backend, as that side of a split Stage. The page's own is side A. */
  side(side: Side): Host;
}

/** What the window lets the page do with the screen. */
export interface Screen {
  /** Fills it with the page; where that is not allowed, the page stays as large as it is. `left` is told when whoever sits in
      front of it ends that by other means than the page's. */
  fill(left: () => void): Promise<void>;
  /** Gives it back. */
  leave(): Promise<void>;
}

/** The request of a command, for those that have one. */
export type RequestOf<K extends keyof Commands> = Commands[K]['request'] extends { request: infer R }
  ? [R]
  : [];

/** What went wrong, in sentences for the person in front of the page. */
export class Failure extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }

  /** Makes sense of whatever a backend rejects with. */
  static from(reason: unknown): Failure {
    if (reason instanceof Failure) return reason;
    if (isApiError(reason)) return new Failure(reason.code, reason.message);
    return new Failure('failed', `Cachescope did not do that: ${words(reason)}`);
  }
}

function isApiError(reason: unknown): reason is ApiError {
  return typeof reason === 'object' && reason !== null && 'code' in reason && 'message' in reason;
}

function words(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
