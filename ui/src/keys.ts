// The keys and what they do: one table for the handler and for the list that `?` shows.

export type Action =
  | 'send'
  | 'random'
  | 'hot'
  | 'write'
  | 'clear'
  | 'power'
  | 'traffic'
  | 'pause'
  | 'back'
  | 'forward'
  | 'keys'
  | 'stage'
  | 'settings';

interface Binding {
  action: Action;
  /** `KeyboardEvent.key`, in lower case. */
  key: string;
  ctrl?: boolean;
  /** As it is written on the key. */
  shown: string;
  words: string;
}

export const BINDINGS: readonly Binding[] = [
  { action: 'send', key: ' ', shown: 'Space', words: 'Send the request' },
  { action: 'random', key: 'r', shown: 'R', words: 'Send for a random product' },
  { action: 'hot', key: 'h', shown: 'H', words: 'Send for the hot key, product 1' },
  { action: 'write', key: 'w', shown: 'W', words: 'Write: change the product’s row' },
  { action: 'clear', key: 'x', shown: 'X', words: 'Clear the cache' },
  { action: 'power', key: 'k', shown: 'K', words: 'Stop the cache’s server, or revive it' },
  { action: 'traffic', key: 't', shown: 'T', words: 'Start or stop traffic' },
  {
    action: 'pause',
    key: 'p',
    shown: 'P',
    words: 'Pause what is shown, or go on; traces of traffic are held meanwhile',
  },
  {
    action: 'back',
    key: 'arrowleft',
    shown: '←',
    words: 'Slow motion: one step back; with traffic paused: one request back',
  },
  {
    action: 'forward',
    key: 'arrowright',
    shown: '→',
    words: 'Slow motion: one step forward; with traffic paused: one request forward',
  },
  { action: 'stage', key: '1', ctrl: true, shown: 'Ctrl 1', words: 'Go to the Stage' },
  { action: 'settings', key: '5', ctrl: true, shown: 'Ctrl 5', words: 'Go to Settings' },
  { action: 'keys', key: '?', shown: '?', words: 'Show these keys' },
];

const TYPING = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]';
const PRESSABLE = 'button, a, summary, input, select, [role=tab], [role=button], [role=option]';
const MOVED_BY_ARROWS = 'input, select, [role=tab], [role=slider], [role=option]';

/** What a key press asks for, if anything. Keys that the focused element takes itself are left to it. */
export function actionOf(event: KeyboardEvent): Action | null {
  if (event.defaultPrevented || event.altKey || event.metaKey) return null;
  const key = event.key.toLowerCase();
  // Held down, only what goes from place to place goes on.
  if (event.repeat && !key.startsWith('arrow')) return null;
  const binding = BINDINGS.find((b) => b.key === key && Boolean(b.ctrl) === event.ctrlKey);
  if (!binding) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (!binding.ctrl && target?.closest(TYPING)) return null;
  if (key === ' ' && target?.closest(PRESSABLE)) return null;
  if (key.startsWith('arrow') && target?.closest(MOVED_BY_ARROWS)) return null;
  return binding.action;
}
