import svelte from 'eslint-plugin-svelte';
import { readdirSync } from 'node:fs';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';
import { catalogueTexts } from './scripts/lint-catalogue-texts.mjs';

const TAURI = { group: ['@tauri-apps/*'], message: 'Only src/lib/ipc knows Tauri.' };

const tasks = readdirSync('src/routes', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** A task may import the library and its own files, never another task's. */
const taskRules = tasks.map((task) => ({
  files: [`src/routes/${task}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          TAURI,
          {
            group: tasks.filter((other) => other !== task).map((other) => `**/${other}/**`),
            message: 'A task under src/routes does not import another: move it to src/lib.',
          },
        ],
      },
    ],
  },
}));

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/lib/paraglide', 'src/lib/ipc/types.ts'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    plugins: { lanyard: { rules: { 'catalogue-texts': catalogueTexts } } },
    rules: {
      'no-undef': 'off',
      'no-console': 'error',
      'no-restricted-imports': ['error', { patterns: [TAURI] }],
      eqeqeq: 'error',
      // ESLint's own until version 11, which leaves it to a plugin.
      quotes: ['error', 'single', { avoidEscape: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      'lanyard/catalogue-texts': 'error',
      'max-lines': ['error', { max: 150, skipBlankLines: true }],
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      'svelte/no-inline-styles': ['error', { allowTransitions: false }],
      'svelte/no-target-blank': 'error',
      'svelte/require-each-key': 'error',
      // The address of the window is written once, not observed as state.
      'svelte/prefer-svelte-reactivity': 'off',
      // Routes are hashes of our own router, not SvelteKit's.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  ...taskRules,
  {
    files: ['src/lib/ipc/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['scripts/**', 'dev/**', '*.config.*'],
    languageOptions: { globals: { ...globals.node } },
    rules: { 'no-console': 'off' },
  },
);
