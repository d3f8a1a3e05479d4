// Who may import whom (ARCHITECTURE): views -> components, state; components -> diagram | plot;
// state -> platform -> bindings. Nobody but platform/tauri.ts names Tauri, and nothing goes round in a circle.

import js from '@eslint/js';
import { fileURLToPath } from 'node:url';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

const zone = (target, from, message) => ({
  target: `./src/${target}`,
  from: from.map((f) => `./src/${f}`),
  message,
});

export default ts.config(
  { ignores: ['dist/', 'src/bindings/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      'import-x/parsers': {
        '@typescript-eslint/parser': ['.ts'],
        [fileURLToPath(new URL('eslint.imports.js', import.meta.url))]: ['.svelte'],
      },
      'import-x/extensions': ['.ts', '.svelte'],
    },
    rules: {
      // TypeScript checks names itself.
      'no-undef': 'off',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            zone('diagram', ['components', 'views', 'platform'], 'diagram draws; it asks for nothing'),
            zone('plot', ['components', 'views', 'state', 'platform'], 'plot draws; it asks for nothing'),
            zone('components', ['views', 'platform'], 'components are given what they show'),
            zone(
              'state',
              ['components', 'views', 'diagram', 'plot'],
              'state knows nothing of how it is shown',
            ),
            zone(
              'platform',
              ['components', 'views', 'state', 'diagram', 'plot'],
              'platform speaks to the backend alone',
            ),
          ],
        },
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/platform/tauri.ts knows Tauri.' }] },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  { files: ['src/platform/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
);
