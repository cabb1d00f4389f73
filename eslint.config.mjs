import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Who may import whom, by the tags in each package.json; specs may also import the servers they run against. */
const boundaries = (...everywhere) => {
  const only = (sourceTag, ...tags) => ({ sourceTag, onlyDependOnLibsWithTags: [...tags, ...everywhere] });
  return [
    'error',
    {
      enforceBuildableLibDependency: false,
      allow: [],
      depConstraints: [
        only('type:contracts', 'type:contracts'),
        only('type:policy', 'type:contracts'),
        only('type:servers', 'type:contracts', 'type:servers'),
        only('type:lib', 'type:contracts', 'type:lib'),
        only('type:secrets', 'type:contracts'),
        only('type:ledger', 'type:contracts'),
        only('type:invariants', 'type:contracts', 'type:policy', 'type:ledger', 'type:secrets'),
        only(
          'type:app',
          'type:contracts',
          'type:policy',
          'type:lib',
          'type:secrets',
          'type:ledger',
          'type:invariants',
        ),
        only(
          'type:tool',
          'type:contracts',
          'type:policy',
          'type:lib',
          'type:ledger',
          'type:invariants',
          'type:servers',
          'type:tool',
        ),
        only(
          'type:e2e',
          'type:contracts',
          'type:policy',
          'type:lib',
          'type:ledger',
          'type:invariants',
          'type:servers',
          'type:tool',
        ),
      ],
    },
  ];
};
const restricted = (...patterns) => ['error', { patterns }];
const KAFKAJS = { group: ['kafkajs', 'kafkajs/*'], message: 'Only libs/messaging speaks to Kafka.' };

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.tollgate/**', '.nx/**', 'coverage/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  prettier,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      'no-restricted-imports': restricted(KAFKAJS),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec.tsx', '**/testing/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries('type:servers') },
  },
  { files: ['libs/messaging/src/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['libs/policy/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': restricted(KAFKAJS, {
        group: ['node:*', 'fs', 'net', 'http', '@nestjs/*', 'pg', 'typeorm'],
        message: 'libs/policy is pure: no I/O, no framework.',
      }),
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'libs/policy has no clock: time comes in as an argument.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'libs/policy has no clock: time comes in as an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'libs/policy knows no chance.',
        },
      ],
    },
  },
  {
    files: ['libs/secrets/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': restricted(KAFKAJS, {
        group: ['node:*', '!node:buffer', '!node:crypto', 'fs', 'net', 'http', '@nestjs/*', 'pg', 'typeorm'],
        message: 'libs/secrets is pure: no I/O, no framework.',
      }),
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch'],
    },
  },
  {
    files: ['libs/ledger/src/**/*.ts', 'libs/invariants/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': restricted(KAFKAJS, {
        group: ['node:*', '!node:buffer', '!node:crypto', 'fs', 'net', 'http', '@nestjs/*', 'pg', 'typeorm'],
        message: 'It is pure: whoever verifies trusts nothing but the file and the key.',
      }),
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch'],
    },
  },
  { files: ['tools/**/*.ts', 'tools/**/*.mjs', '**/*.spec.ts'], rules: { 'no-console': 'off' } },
  {
    // What pages load runs in browsers.
    files: ['apps/*/src/**/*.mjs'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        addEventListener: 'readonly',
        atob: 'readonly',
        crypto: 'readonly',
        document: 'readonly',
        DOMParser: 'readonly',
        Element: 'readonly',
        EventSource: 'readonly',
        FormData: 'readonly',
        history: 'readonly',
        location: 'readonly',
        navigator: 'readonly',
        performance: 'readonly',
        PublicKeyCredential: 'readonly',
        setInterval: 'readonly',
        TextDecoder: 'readonly',
        TextEncoder: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
      },
    },
  },
);
