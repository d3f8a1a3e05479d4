// How import-x reads a component that some other file imports. It looks for imports at the top of the syntax tree only,
// where svelte-eslint-parser puts the script elements, and it hands over the parser options of the importing file, which
// know nothing of TypeScript inside Svelte. Without this, circles through a component go unseen.

import * as svelte from 'svelte-eslint-parser';
import ts from 'typescript-eslint';

export const meta = { name: 'cachescope/imports-of-a-component', version: '1' };

export function parseForESLint(code, options) {
  const parsed = svelte.parseForESLint(code, {
    ...options,
    parser: ts.parser,
    extraFileExtensions: ['.svelte'],
  });
  const { ast } = parsed;
  const scripts = ast.body.filter((element) => element.type === 'SvelteScriptElement');
  return { ...parsed, ast: { ...ast, body: scripts.flatMap((script) => script.body) } };
}
