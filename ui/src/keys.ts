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
  | 'lessons'
  | 'inside'
  | 'undo'
  | 'end'
  | 'scenes'
  | 'choose'
  | 'split'
  | 'present'
  | 'settings'
  | 'conditions'
  | 'slow';

interface Binding<A extends string = Action> {
  action: A;
  /** `KeyboardEvent.key`, in lower case; of several digits, any of them. */
  key: string;
  /** Another key that does the same. */
  also?: string;
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
  { action: 'present', key: 'f', shown: 'F', words: 'Presenter mode: full screen, for an audience' },
  { action: 'scenes', key: 'g', shown: 'G', words: 'What goes wrong: the scenes' },
  {
    action: 'choose',
    key: '123456789',
    shown: '1–9',
    words: 'Scenes: show the scene of that number, or play that take of it; in a lesson: predict that',
  },
  { action: 'end', key: 'escape', shown: 'Esc', words: 'Leave the scene; end the replay of a recording' },
  { action: 'stage', key: '1', ctrl: true, whileTyping: true, shown: 'Ctrl 1', words: 'Go to the Stage' },
  { action: 'compare', key: '2', ctrl: true, whileTyping: true, shown: 'Ctrl 2', words: 'Go to Compare' },
  { action: 'lessons', key: '3', ctrl: true, whileTyping: true, shown: 'Ctrl 3', words: 'Go to the lessons' },
  {
    action: 'inside',
    key: '4',
    ctrl: true,
    whileTyping: true,
    shown: 'Ctrl 4',
    words: 'Go Inside: keys, server, console',
  },
  { action: 'settings', key: '5', ctrl: true, whileTyping: true, shown: 'Ctrl 5', words: 'Go to Settings' },
  { action: 'undo', key: 'z', ctrl: true, shown: 'Ctrl Z', words: 'Compare: take a deletion back' },
  { action: 'keys', key: '?', shown: '?', words: 'Show these keys' },
];

/** What presenter mode has keys for besides. */
export type Cue = 'next' | 'previous' | 'vote' | 'unvote' | 'over' | 'seed' | 'leave';

/** The keys of presenter mode. A clicker presses PageUp and PageDown. */
export const CUES: readonly Binding<Cue>[] = [
  {
    action: 'next',
    key: 'arrowright',
    also: 'pagedown',
    shown: '→ PgDn',
    words: 'The next card: play what it announces, or reveal the tally and the answer',
  },
  { action: 'previous', key: 'arrowleft', also: 'pageup', shown: '← PgUp', words: 'The card before' },
  { action: 'vote', key: '123456', shown: '1–6', words: 'A vote for that choice' },
  { action: 'unvote', key: 'backspace', shown: '⌫', words: 'Take the last vote back' },
  {
    action: 'over',
    key: '0',
    shown: '0',
    words: 'Start over: data, cache and seed as at the start, no votes, the first card',
  },
  {
    action: 'seed',
    key: 'n',
    shown: 'N',
    words: 'Start over from the other seed: another story, each time the same',
  },
  { action: 'leave', key: 'escape', also: 'f', shown: 'Esc F', words: 'Leave presenter mode' },
];

/** What else keys do there. */
const PRESENTED: readonly Action[] = ['send', 'random', 'hot', 'write', 'clear', 'power', 'slow', 'traffic'];

const TYPING = 'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]';
const PRESSABLE = 'button, a, summary, input, select, [role=tab], [role=button], [role=option]';
const MOVED_BY_ARROWS = 'input, select, [role=tab], [role=slider], [role=option]';

const isOneOf = (digits: string, key: string): boolean =>
  digits.length > 1 && /^\d+$/.test(digits) && key.length === 1 && digits.includes(key);

/** What the key of that name does. */
export const actionOfKey = (shown: string): Action | null =>
  BINDINGS.find((binding) => binding.shown === shown)?.action ?? null;

/** What a key press asks for, if anything. Keys that the focused element takes itself are left to it. */
export function actionOf(event: KeyboardEvent): Action | null {
  // Held down, only what goes from place to place goes on.
  if (event.repeat && !event.key.startsWith('Arrow')) return null;
  return bindingOf(event, BINDINGS)?.action ?? null;
}

/** The same in presenter mode. A clicker whose button sticks leaves the card where it is. */
export function cueOf(event: KeyboardEvent): Cue | Action | null {
  if (event.repeat) return null;
  const action = (bindingOf(event, CUES) ?? bindingOf(event, BINDINGS))?.action;
  return action && (CUES.some((cue) => cue.action === action) || PRESENTED.includes(action as Action))
    ? action
    : null;
}

function bindingOf<A extends string>(
  event: KeyboardEvent,
  bindings: readonly Binding<A>[],
): Binding<A> | null {
  if (event.defaultPrevented || event.altKey || event.metaKey) return null;
  const key = event.key.toLowerCase();
  const binding = bindings.find(
    (b) => (b.key === key || b.also === key || isOneOf(b.key, key)) && Boolean(b.ctrl) === event.ctrlKey,
  );
  if (!binding) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (!binding.whileTyping && target?.closest(TYPING)) return null;
  if (key === ' ' && target?.closest(PRESSABLE)) return null;
  if (key.startsWith('arrow') && target?.closest(MOVED_BY_ARROWS)) return null;
  return binding;
}
