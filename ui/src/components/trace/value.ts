import type { Excerpt } from '../../bindings/api';

export interface ShownValue {
  text: string;
  /** True where the text was laid out afresh; false where it is shown byte for byte. */
  pretty: boolean;
}

/** JSON laid out for reading where it is whole and parses; anything else as it is. */
export function shownValue(value: Excerpt): ShownValue {
  if (value.cut) return { text: value.text, pretty: false };
  try {
    JSON.parse(value.text);
  } catch {
    return { text: value.text, pretty: false };
  }
  return { text: indented(value.text), pretty: true };
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

// Not `JSON.stringify(JSON.parse(…))`: that would round large numbers and drop repeated keys, and show a value that was
// never there.
function indented(json: string): string {
  const tokens = json.match(TOKEN) ?? [];
  let depth = 0;
  let text = '';
  const line = () => `\n${'  '.repeat(depth)}`;
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (token === '{' || token === '[') {
      depth++;
      text += token + (next === '}' || next === ']' ? '' : line());
    } else if (token === '}' || token === ']') {
      depth--;
      const before = tokens[index - 1];
      text += (before === '{' || before === '[' ? '' : line()) + token;
    } else if (token === ',') text += token + line();
    else text += token === ':' ? ': ' : token;
  });
  return text;
}
