export * from './create-data-source.js';
export * from './database-errors.js';
export * from './micro-batch.js';
export * from './migrate.js';
export * from './once-database-answers.js';
export * from './once-it-passes.js';
export * from './repair-mark.js';
