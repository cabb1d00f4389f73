import { hash } from 'node:crypto';
import { type AskedPerson, type Decision, type RequestStatusDocument, type Route } from '@tollgate/contracts';
import { isBreakGlassReview } from '@tollgate/policy';
import { releaseState } from '../redeem-release/release-standing.js';
import { expectedStep } from './expected-step.js';
import { type RequestSnapshot } from './request-snapshot.js';
import { stalledBy } from './stalled.js';

/** Who is asked: the people of a step, with their last counted verdict. */
function askedOf(route: Route | undefined, step: number, decision: Decision | undefined): AskedPerson[] {
  const verdicts = new Map(
    (decision?.votes ?? [])
      .filter((vote) => vote.counted && vote.step === step)
      .map((vote) => [vote.onBehalfOf ?? vote.person, vote.verdict]),
  );
  return (route?.plan[step]?.approvers ?? []).map(({ person, via }) => {
    const verdict = verdicts.get(person);
    return { person, via, ...(verdict === undefined ? {} : { verdict }) };
  });
}

/** One sentence for people on where the request stands and why. */
function explanationOf({ stages, outcome }: RequestSnapshot): string | undefined {
  const judged = stages['guardrail.evaluated']?.data;
  const withdrawn = stages['request.withdrawn']?.data;
  const failed = stages['request.failed']?.data;
  if (outcome === 'failed' && failed?.cause !== undefined)
    return `Approved, but not released: ${failed.reason}`;
  if (outcome === 'failed' && failed !== undefined) {
    return `Given up by ${failed.givenUpBy} while it stood still at ${failed.service}: ${failed.reason}`;
  }
  if (outcome === 'cancelled' && withdrawn !== undefined) {
    return `Withdrawn by ${withdrawn.withdrawnBy}${withdrawn.reason === '' ? '.' : `: ${withdrawn.reason}`}`;
  }
  if (outcome === 'blocked' && judged !== undefined) {
    const blocking = judged.guardrail.results.filter(({ verdict }) => verdict === 'blocked');
    return `Blocked by a guardrail: ${blocking.map(({ rule, reason }) => `${rule}: ${reason}`).join('; ')}`;
  }
  return judged?.decision.explanation ?? stages['route.resolved']?.data.route.explanation;
}

/** Where a status document is read, and when. */
export interface StatusReading {
  /** The URL under which producers reach this service. */
  readonly publicUrl: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The status document of a request, from what is known of it. */
export function statusDocument(
  snapshot: RequestSnapshot,
  { publicUrl, now }: StatusReading,
): RequestStatusDocument {
  const { request, stages, outcome, releaseEnd } = snapshot;
  const judged = stages['guardrail.evaluated']?.data;
  const route = judged?.route ?? stages['route.resolved']?.data.route;
  const release = outcome === 'released' ? stages['action.released']?.data.release : undefined;
  const stalled = stalledBy(snapshot);
  const explanation = explanationOf(snapshot);
  const waiting =
    judged === undefined && outcome === undefined && route?.decider === 'people'
      ? expectedStep(route.plan, Date.parse(request.submittedAt), now)
      : undefined;
  const deadline =
    judged?.decision.deadline ??
    (waiting === undefined ? undefined : new Date(waiting.deadline).toISOString());
  const self = `${publicUrl}/v1/requests/${request.id}`;
  return {
    id: request.id,
    status: outcome ?? 'pending',
    action: request.action,
    environment: request.environment,
    riskLevel: request.riskLevel,
    contentHash: request.contentHash,
    requester: request.requester,
    submittedAt: request.submittedAt,
    // Whom breaking the glass passed over was not asked.
    asked:
      route?.decider === 'break-glass'
        ? []
        : askedOf(route, judged?.decision.step ?? waiting?.step ?? 0, judged?.decision),
    ...(deadline === undefined ? {} : { deadline }),
    ...(explanation === undefined ? {} : { explanation }),
    ...(judged === undefined ? {} : { decision: judged.decision, guardrail: judged.guardrail }),
    ...(release === undefined
      ? {}
      : {
          release: {
            id: release.id,
            token: release.token,
            audience: release.audience,
            state: releaseState(release, releaseEnd, now),
            expiresAt: release.expiresAt,
            ...(releaseEnd === undefined ? {} : { endedAt: releaseEnd.at }),
          },
        }),
    ...(stalled === undefined ? {} : { stalled: { service: stalled.service, reason: stalled.reason } }),
    links: {
      self,
      ...(outcome === undefined && !isBreakGlassReview(request) ? { withdraw: `${self}/withdraw` } : {}),
    },
  };
}

/** A strong validator (RFC 9110) of a document's text. */
export const entityTag = (text: string): string => `"${hash('sha256', text, 'base64url').slice(0, 22)}"`;

/** Whether an `If-None-Match` header names a document's tag (RFC 9110: weak comparison, or `*`). */
export const namesTag = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch.split(',').some((entry) => entry.trim() === '*' || entry.trim().replace(/^W\//, '') === tag);
