// The user guide, as it stands in the repository: its pages are built in.

import { lexer, type Token } from 'marked';

export interface GuidePage {
  /** Its file's name, by which the others link to it. */
  name: string;
  title: string;
  tokens: Token[];
}

const FILES = import.meta.glob<string>('../guide/*.md', { query: '?raw', import: 'default', eager: true });

const page = (path: string, text: string): GuidePage => {
  const tokens = lexer(text);
  const [, title = ''] = text.match(/^# (.*)$/m) ?? [];
  return { name: path.slice(path.lastIndexOf('/') + 1), title, tokens };
};

const pages = new Map(
  Object.entries(FILES)
    .map(([path, text]) => page(path, text))
    .map((of) => [of.name, of]),
);

/** What a page links to, in its order. */
export function linksOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => {
    const below: Token[] = [
      ...('tokens' in token ? (token.tokens ?? []) : []),
      ...(token.type === 'list' ? token.items : []),
      ...(token.type === 'table'
        ? [...token.header, ...token.rows.flat()].flatMap(({ tokens }) => tokens)
        : []),
    ];
    return [...(token.type === 'link' ? [token.href] : []), ...linksOf(below)];
  });
}

/** The pages in the order of the contents, which stand in README.md and are none of them. */
export const GUIDE: readonly GuidePage[] = linksOf(pages.get('README.md')?.tokens ?? []).flatMap(
  (name) => pages.get(name) ?? [],
);

/** The names of the files, also of those that the contents do not lead to. */
export const GUIDE_FILES: readonly string[] = [...pages.keys()];
