// Bytes on the wire as the lab writes them: printable text, with control characters and what is not UTF-8 escaped as in
// a Rust byte string.

import type { Excerpt } from '../../bindings/api';
import { formatCount } from '../../units';

export interface WirePiece {
  text: string;
  escape: boolean;
}

const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]{1,6}\}|.)/gu;

/** Text and escapes apart, so that escapes can be dimmed. A piece ends after each line end, where it may wrap. */
export function piecesOf(text: string): WirePiece[] {
  const pieces: WirePiece[] = [];
  const add = (part: string, escape: boolean) => {
    const last = pieces.at(-1);
    if (last?.escape === escape && !last.text.endsWith('\\n')) last.text += part;
    else if (part) pieces.push({ text: part, escape });
  };
  let at = 0;
  for (const match of text.matchAll(ESCAPE)) {
    add(text.slice(at, match.index), false);
    add(match[0], true);
    at = match.index + match[0].length;
  }
  add(text.slice(at), false);
  return pieces;
}

const utf8 = new TextEncoder();
const bytesOf = (text: string): number => utf8.encode(text).length;

/** How many bytes an escaped text stands for. */
export function shownBytes(text: string): number {
  return piecesOf(text).reduce(
    (sum, piece) => sum + (piece.escape ? escaped(piece.text) : bytesOf(piece.text)),
    0,
  );
}

function escaped(escapes: string): number {
  return [...escapes.matchAll(ESCAPE)].reduce((sum, [escape]) => {
    if (!escape.startsWith('\\u')) return sum + 1;
    return sum + bytesOf(String.fromCodePoint(parseInt(escape.slice(3, -1), 16)));
  }, 0);
}

/** "512 bytes", or how much of them is shown. */
export function extentOf(excerpt: Excerpt, shown: number): string {
  const all = `${formatCount(excerpt.bytes)} ${excerpt.bytes === 1 ? 'byte' : 'bytes'}`;
  return excerpt.cut ? `first ${formatCount(shown)} of ${all}` : all;
}

/** The extent of bytes on the wire. */
export const wireExtent = (excerpt: Excerpt): string => extentOf(excerpt, shownBytes(excerpt.text));

/** The extent of a text shown as it is. */
export const textExtent = (excerpt: Excerpt): string => extentOf(excerpt, bytesOf(excerpt.text));
