import { contentHash, type Request } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { durationMs } from '../document/duration.js';
import { guardrailsOfCase } from './guardrails-of-case.js';
import { resolveRoute } from '../route/resolve-route.js';
import { type CaseRequest, type PolicyCase } from './cases-document.js';

/** How a case went. */
export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  /** What is otherwise than expected, in words, like `decider: expected automation, was people`. */
  readonly differences: readonly string[];
}

/** Who asks where a case does not say: not in the directory, unless somebody took the name. */
const SOMEBODY = 'policy-case';

/** The request that a case, or a command line, describes; what it does not say is harmless. */
export function requestOf(given: CaseRequest, policyRevision: number): Request {
  const content = {
    action: given.action,
    environment: given.environment ?? 'production',
    target: given.target ?? {},
    parameters: given.parameters ?? {},
  };
  return {
    id: '00000000-0000-7000-8000-000000000000',
    producer: given.producer ?? SOMEBODY,
    requester: given.requester ?? SOMEBODY,
    owner: given.owner ?? SOMEBODY,
    onBehalfOf: given.onBehalfOf ?? [],
    riskLevel: given.risk ?? 'low',
    reason: 'a case',
    submittedAt: given.at ?? '2000-01-01T00:00:00.000Z',
    policyRevision,
    redactions: [],
    ...content,
    contentHash: contentHash(content),
  };
}

const words = (value: string | readonly string[] | undefined): string => {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value;
  return value.length === 0 ? 'nobody' : value.join(', ');
};

function runCase(compiled: CompiledPolicy, { name, request: given, expect }: PolicyCase): CaseResult {
  const request = requestOf(given, compiled.revision);
  const route = resolveRoute(compiled, request);
  const [first] = route.plan;
  const differences: string[] = [];
  const compare = (
    what: string,
    expected: string | readonly string[] | undefined,
    actual: string | readonly string[] | undefined,
    same = expected === actual,
  ): void => {
    if (expected !== undefined && !same)
      differences.push(`${what}: expected ${words(expected)}, was ${words(actual)}`);
  };
  const compareSets = (
    what: string,
    expected: readonly string[] | undefined,
    actual: readonly string[],
  ): void => {
    const sorted = actual.toSorted();
    compare(what, expected?.toSorted(), sorted, expected?.toSorted().join('\n') === sorted.join('\n'));
  };
  compare('rule', expect.rule, route.rule);
  compare('decider', expect.decider, route.decider);
  compareSets('approvers', expect.approvers, first?.approvers.map(({ person }) => person) ?? []);
  compareSets('excluded', expect.excluded, first?.excluded.map(({ person }) => person) ?? []);
  const same =
    first !== undefined &&
    expect.timeout !== undefined &&
    durationMs(expect.timeout) !== undefined &&
    durationMs(expect.timeout) === durationMs(first.timeout);
  compare('timeout', expect.timeout, first?.timeout, same);
  compare('risk', expect.risk, route.riskLevel.effective);
  compare('signIn', expect.signIn, route.decider === 'people' ? route.signIn : undefined);
  const { blocking, advised } = guardrailsOfCase(compiled, given, request, route);
  compareSets('guardrails that block', expect.guardrails, blocking);
  compareSets('guardrails for the record', expect.advised, advised);
  const shown = route.preflight.flatMap(({ guardrail, verdict }) =>
    verdict === 'passed' ? [] : [guardrail],
  );
  compareSets('guardrails shown beforehand', expect.preflight, shown);
  return { name, ok: differences.length === 0, differences };
}

/** Runs cases against a revision, in their order. */
export const runPolicyCases = (compiled: CompiledPolicy, cases: readonly PolicyCase[]): CaseResult[] =>
  cases.map((one) => runCase(compiled, one));
