import { join } from 'node:path';
import { swcOptions } from './tools/build/swc-options.mjs';

// Brokers and services of tests live for a minute: they are started from what earlier ones have compiled, and the broker
// compiles what it runs quickly rather than well. That halves what a start costs.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'node');
process.env.JDK_JAVA_OPTIONS ??= '-XX:TieredStopAtLevel=1';

/** One Jest project per level; the suffix of a spec says its level. */
const level = (name, extra = {}) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/{apps,libs,tools}/*/src/**/*.${name}.spec.{ts,tsx}`],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@tollgate/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'tsx', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs|tools)/[^/]+/dist/', '<rootDir>/\\.tollgate/'],
  transform: { '\\.tsx?$': ['@swc/jest', swcOptions] },
  transformIgnorePatterns: ['/node_modules/', '/dist/'],
  setupFiles: [
    'reflect-metadata',
    '<rootDir>/tools/build/jest-errors.mjs',
    '<rootDir>/tools/build/jest-ports.mjs',
  ],
  ...extra,
});

const servers = {
  globalSetup: '<rootDir>/tools/stack/src/jest-servers.mjs',
  globalTeardown: '<rootDir>/tools/stack/src/jest-servers-stop.mjs',
};
/** The same specs in groups, as `tools/build/bundle-specs.mjs` puts them together: what `npm test` runs. */
const grouped = (name) => ({ testMatch: [`<rootDir>/dist/${name}/*.${name}.cjs`] });

export default {
  // Long enough for a machine that is busy with other things: a test that waits fails by its own deadline. Jest takes it
  // from here alone, whatever a project says.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/tools/build/jest-sequencer.mjs',
  projects: [
    level('unit'),
    level('units', grouped('unit')),
    level('int', servers),
    level('ints', { ...servers, ...grouped('int') }),
    level('e2e', {
      globalSetup: '<rootDir>/tools/stack/src/jest-systems.mjs',
      globalTeardown: '<rootDir>/tools/stack/src/jest-systems-stop.mjs',
    }),
  ],
};
