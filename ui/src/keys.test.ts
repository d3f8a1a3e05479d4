import { readdirSync } from 'node:fs';

import { afterEach, describe, expect, it } from 'vitest';
import { actionOf, BINDINGS, type Action } from './keys';

afterEach(() => {
  document.body.innerHTML = '';
});

function press(key: string, on = '<div></div>', options: KeyboardEventInit = {}): Action | null {
  document.body.innerHTML = on;
  const target = document.body.firstElementChild as Element;
  let action: Action | null = null;
  const listener = (event: KeyboardEvent) => (action = actionOf(event));
  window.addEventListener('keydown', listener);
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...options }));
  window.removeEventListener('keydown', listener);
  return action;
}

describe('keys', () => {
  it('do what the table says', () => {
    for (const { key, ctrl, action } of BINDINGS) {
      const pressed = action === 'choose' ? '3' : key;
      expect(press(pressed, '<div></div>', { ctrlKey: ctrl ?? false })).toBe(action);
    }
    expect(press('R')).toBe('random');
    expect(press('q')).toBeNull();
  });

  it('are enough for the scenes there are', () => {
    // Tests run from the folder of the page.
    const scenes = readdirSync('../src-tauri/crates/scene/scenes').filter((file) => file.endsWith('.toml'));
    expect(scenes.length).toBeGreaterThan(0);
    for (const number of scenes.keys()) expect(press(String(number + 1))).toBe('choose');
  });

  it('are letters while somebody types', () => {
    for (const field of ['<input>', '<textarea></textarea>', '<select></select>']) {
      expect(press('r', field)).toBeNull();
      expect(press(' ', field)).toBeNull();
      expect(press('1', field, { ctrlKey: true })).toBe('stage');
      // What was typed is taken back, not what was deleted.
      expect(press('z', field, { ctrlKey: true })).toBeNull();
    }
  });

  it('leave to a slider what moves it, and nothing else', () => {
    const slider = '<input type="range">';
    expect(press('ArrowLeft', slider)).toBeNull();
    expect(press('p', slider)).toBe('pause');
  });

  it('do not fire twice on a button that has the focus', () => {
    expect(press(' ', '<button></button>')).toBeNull();
    expect(press('w', '<button></button>')).toBe('write');
    expect(press('ArrowLeft', '<div role="tab"></div>')).toBeNull();
  });

  it('fire once while they are held down, and not with other modifiers', () => {
    expect(press(' ', '<div></div>', { repeat: true })).toBeNull();
    expect(press('r', '<div></div>', { ctrlKey: true })).toBeNull();
    expect(press('r', '<div></div>', { metaKey: true })).toBeNull();
  });
});
