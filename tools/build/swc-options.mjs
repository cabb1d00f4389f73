/**
 * How every TypeScript source of the workspace is translated, by the build and by Jest alike,
 * so that a test runs exactly what a service runs.
 */
export const swcOptions = {
  jsc: {
    target: 'es2024',
    keepClassNames: true,
    parser: { syntax: 'typescript', tsx: true, decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
      react: { runtime: 'automatic', importSource: 'preact' },
    },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
  swcrc: false,
};
