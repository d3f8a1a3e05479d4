// What jsdom lacks and the page asks for. Where it matters how a browser does these, tests/browser looks at a real one.

import { configure } from '@testing-library/svelte';
import { vi } from 'vitest';

// What is waited for comes at once; only a failure takes this long, on however busy a machine.
configure({ asyncUtilTimeout: 30_000 });

/** Nothing travels, so a request is shown to its end at once; everything else is as a light screen has it. */
window.matchMedia = (query) =>
  Object.assign(new EventTarget(), {
    matches: query === '(prefers-reduced-motion: reduce)',
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

window.ResizeObserver = class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

Element.prototype.scrollIntoView = () => undefined;

Object.defineProperty(document, 'fonts', { value: { load: async () => [] } });

HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};

HTMLDialogElement.prototype.close = function () {
  this.open = false;
  this.dispatchEvent(new Event('close'));
};

// jsdom has no canvas, and would print that it has not.
HTMLCanvasElement.prototype.getContext = () => null;

// It draws on a canvas.
vi.mock('uplot', () => ({
  default: class {
    static paths = { bars: () => () => null, stepped: () => () => null, spline: () => () => null };
    over = document.createElement('div');
    setData(): void {}
    setSize(): void {}
    redraw(): void {}
    destroy(): void {}
  },
}));
