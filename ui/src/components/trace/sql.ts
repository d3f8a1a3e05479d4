// Just enough of SQL to tell its keywords from the rest. What it does not know it leaves as it is.

export interface SqlPiece {
  text: string;
  kind: 'keyword' | 'literal' | 'comment' | 'plain';
}

const KEYWORDS = new Set(
  (
    'select from where join left inner outer cross on as and or not in is null order group by having limit offset ' +
    'insert into values update set delete returning with recursive union all distinct case when then else end ' +
    'between like exists asc desc over partition filter using explain query plan begin commit cast'
  ).split(' '),
);

// Comments, strings, numbers and parameters, words, anything else.
const TOKEN =
  /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*')|([?:@$][A-Za-z0-9_]*|\b\d+(?:\.\d+)?\b)|([A-Za-z_][A-Za-z0-9_]*)|([\s\S])/g;

/** The statement in pieces; together they are the statement, character for character. */
export function piecesOfSql(sql: string): SqlPiece[] {
  const pieces: SqlPiece[] = [];
  for (const [text, comment, string, number, word] of sql.matchAll(TOKEN)) {
    const kind = comment
      ? 'comment'
      : string || number
        ? 'literal'
        : word && KEYWORDS.has(word.toLowerCase())
          ? 'keyword'
          : 'plain';
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ text, kind });
  }
  return pieces;
}
