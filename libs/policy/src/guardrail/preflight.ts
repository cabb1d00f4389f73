import { type PreflightResult } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type Judged, judgeRule } from './judge-rule.js';

/** What the guardrails that warn beforehand would say: shown to the people who are asked, by the very rules of the gate. */
export const preflight = (compiled: CompiledPolicy, request: Judged): PreflightResult[] =>
  compiled.guardrails
    .filter((rule) => rule.preflight === 'warn')
    .map((rule) => ({ guardrail: rule.id, verdict: judgeRule(rule, request).verdict }));
