export { type AddedRule, type AllowedFinding, type SecretSettings } from './rule.js';
export * from './secret-scanner.js';
export * from './secret-marker.js';
export * from './free-texts.js';
export * from './scanner-by-revision.js';
