export { RULES, type RuleName, type Violation } from './rule.js';
export { type JudgedFrom, RequestFacts } from './request-facts.js';
export * from './ledger-event.js';
export * from './ledger-rules.js';
