import { type ActionReleased, contentHash, type RequestSubmitted } from '@tollgate/contracts';
import { type Finding } from './rule.js';

/** What is wrong with the content of a request, by itself. */
export const judgeContent = ({ request }: RequestSubmitted): Finding[] =>
  contentHash(request) === request.contentHash
    ? []
    : [{ rule: 'same-content', detail: 'the content does not have the hash that was approved' }];

/** What is wrong with a release, by itself. */
export function judgeRelease(data: ActionReleased): Finding[] {
  const { decision, guardrail } = data;
  const found: Finding[] = [];
  const wrong = (detail: string): void => void found.push({ rule: 'release-approved', detail });
  if (decision.outcome !== 'approved') wrong(`released, and the decision is ${decision.outcome}`);
  if (guardrail.outcome !== 'passed') wrong(`released, and the guardrail says ${guardrail.outcome}`);
  const blocking = guardrail.results.filter(({ verdict }) => verdict === 'blocked').map(({ rule }) => rule);
  if (guardrail.outcome === 'passed' && blocking.length > 0)
    wrong(`released, and ${blocking.join(', ')} blocks it`);
  return [...found, ...judgeContent(data)];
}
