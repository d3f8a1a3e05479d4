// The keys and what they do: one table for the handler and for the list that `?` shows.

export type Action =
  | 'send'
  | 'random'
  | 'hot'
  | 'write'
  | 'clear'
  | 'power'
  | 'traffic'
  | 'record'
  | 'pause'
  | 'back'
  | 'forward'
  | 'keys'
  | 'stage'
  | 'compare'
  | 'undo'
  | 'end'
  | 'scenes'
  | 'choose'
  | 'split'
  | 'settings'
  | 'conditions'
  | 'slow';

interface Binding {
  action: Action;
  /** `KeyboardEvent.key`, in lower case; of several digits, any of them. */
  key: string;
  ctrl?: boolean;
  /** Also while somebody types, who has no other use for it. */
  whileTyping?: boolean;
  /** As it is written on the key. */
  shown: string;
  words: string;
}

export const BINDINGS: readonly Binding[] = [
  { action: 'send', key: ' ', shown: 'Space', words: 'Send the request; in a replay: hold it, or go on' },
  { action: 'random', key: 'r', shown: 'R', words: 'Send for a random product' },
  { action: 'hot', key: 'h', shown: 'H', words: 'Send for the hot key, product 1' },
  { action: 'write', key: 'w', shown: 'W', words: 'Write: change the product’s row' },
  { action: 'clear', key: 'x', shown: 'X', words: 'Clear the cache' },
  {
    action: 'power',
    key: 'k',
    shown: 'K',
    words: 'Kill the cache, or revive it; a server of yours is not stopped, connections to it are refused',
  },
  { action: 'slow', key: 'l', shown: 'L', words: 'Slow the database by 50 ms a query, or let it go' },
  {
    action: 'conditions',
    key: 'c',
    shown: 'C',
    words: 'Open the conditions, and what is broken; or close them',
  },
  { action: 'traffic', key: 't', shown: 'T', words: 'Start or stop traffic' },
  { action: 'record', key: 'o', shown: 'O', words: 'Record what runs, or end the recording' },
  {
    action: 'pause',
    key: 'p',
    shown: 'P',
    words:
      'Pause what is shown, or go on; traces of traffic are held meanwhile; in a replay: hold it, or go on',
  },
  {
    action: 'back',
    key: 'arrowleft',
    shown: '←',
    words: 'Slow motion: one step back; with traffic paused, and in a replay: one request back',
  },
  {
    action: 'forward',
    key: 'arrowright',
    shown: '→',
    words: 'Slow motion: one step forward; with traffic paused, and in a replay: one request forward',
  },
  { action: 'split', key: 's', shown: 'S', words: 'Split the Stage in two sides, or close the split' },
  { action: 'scenes', key: 'g', shown: 'G', words: 'What goes wrong: the scenes' },
  {
    action: 'choose',
    key: '123456789',
    shown: '1–9',
    words: 'Scenes: show the scene of that number, or play that take of it',
  },
  { action: 'end', key: 'escape', shown: 'Esc', words: 'Leave the scene; end the replay of a recording' },
  { action: 'stage', key: '1', ctrl: true, whileTyping: true, shown: 'Ctrl 1', words: 'Go to the Stage' },
  { action: 'compare', key: '2', ctrl: true, whileTyping: true, shown: 'Ctrl 2', words: 'Go to Compare' },
  { action: 'settings', key: '5', ctrl: true, whileTyping: true, shown: 'Ctrl 5', words: 'Go to Settings' },
  { action: 'undo', key: 'z', ctrl: true, shown: 'Ctrl Z', words: 'Compare: take a deletion back' },
  { action: 'keys', key: '?', shown: '?', words: 'Show these keys' },
];

const TYPING = 'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]';
const PRESSABLE = 'button, a, summary, input, select, [role=tab], [role=button], [role=option]';
const MOVED_BY_ARROWS = 'input, select, [role=tab], [role=slider], [role=option]';

const isOneOf = (digits: string, key: string): boolean =>
  digits.length > 1 && /^\d+$/.test(digits) && key.length === 1 && digits.includes(key);

/** What a key press asks for, if anything. Keys that the focused element takes itself are left to it. */
export function actionOf(event: KeyboardEvent): Action | null {
  if (event.defaultPrevented || event.altKey || event.metaKey) return null;
  const key = event.key.toLowerCase();
  // Held down, only what goes from place to place goes on.
  if (event.repeat && !key.startsWith('arrow')) return null;
  const binding = BINDINGS.find(
    (b) => (b.key === key || isOneOf(b.key, key)) && Boolean(b.ctrl) === event.ctrlKey,
  );
  if (!binding) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (!binding.whileTyping && target?.closest(TYPING)) return null;
  if (key === ' ' && target?.closest(PRESSABLE)) return null;
  if (key.startsWith('arrow') && target?.closest(MOVED_BY_ARROWS)) return null;
  return binding.action;
}
