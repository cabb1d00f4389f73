import {
  type Decision,
  type DelegationDeclared,
  type MailKind,
  type PolicyPublished,
  type Vote,
} from '@tollgate/contracts';
import { decodeHeaders } from '@tollgate/ledger';
import { type KnownEvent, type TrailRecord } from './trail-record.js';

/** What a record says, for people. */
export interface Description {
  /** Persons by their id, else the part of the system. */
  readonly who: string[];
  /** One sentence. */
  readonly what: string;
}

const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`);

const voteSaid = ({ verdict, onBehalfOf, reason, counted, why }: Vote): string =>
  [
    `votes ${verdict}`,
    onBehalfOf === undefined ? '' : ` for ${onBehalfOf}`,
    because(reason),
    counted ? '' : ` (not counted${because(why ?? '')})`,
  ].join('');

const deciders = ({ decidedBy, votes }: Decision, glassBreaker: string | undefined): string[] => {
  if (decidedBy === 'people')
    return [...new Set(votes.filter(({ counted }) => counted).map(({ person }) => person))];
  return [decidedBy === 'break-glass' ? (glassBreaker ?? decidedBy) : decidedBy];
};

function describeDelegation(delegation: DelegationDeclared): Description {
  const { from, to, startsAt, endsAt, requestId, reason, declaredBy, revokedAt, revokedBy, revokedWhy } =
    delegation;
  if (revokedAt !== undefined)
    return {
      who: [revokedBy ?? 'notifier'],
      what: `${to} votes for ${from} no more since ${revokedAt}${because(revokedWhy ?? '')}`,
    };
  const when = requestId === undefined ? `from ${startsAt} until ${endsAt ?? '?'}` : 'on this request';
  return { who: [declaredBy], what: `lets ${to} vote for ${from} ${when}${because(reason)}` };
}

function describePublished(published: PolicyPublished): Description {
  const { revision, origin, approvedBy, operator, justification, deactivated } = published;
  const who = operator === undefined ? ['intake'] : [operator];
  switch (origin) {
    case 'deactivation':
      return {
        who,
        what: `deactivates ${deactivated ?? '?'} by policy revision ${revision}${because(justification ?? '')}`,
      };
    case 'recovery':
      return {
        who,
        what: `publishes policy revision ${revision} without approval${because(justification ?? '')}`,
      };
    default: {
      const approval = approvedBy === undefined ? '' : `, approved by ${approvedBy.join(', ')}`;
      return { who, what: `publishes policy revision ${revision} (${origin})${approval}` };
    }
  }
}

const MAILED: Readonly<Record<MailKind, string>> = {
  asked: 'was asked',
  reminded: 'was reminded',
  decided: 'was told of the decision',
  result: 'was told the result',
  question: 'was asked a question',
  answer: 'was told the answer to a question',
  'break-glass': 'was told that somebody broke the glass',
};

function describeEvent({ topic, event }: KnownEvent): Description {
  switch (topic) {
    case 'request.submitted': {
      const { requester, action, environment, riskLevel, reason, breakGlass } = event.data.request;
      const glass =
        breakGlass === undefined
          ? ''
          : `; ${breakGlass.person} wants to break the glass${because(breakGlass.justification)}`;
      return {
        who: breakGlass === undefined ? [requester] : [requester, breakGlass.person],
        what: `asks for ${action} in ${environment}, risk ${riskLevel}${because(reason)}${glass}`,
      };
    }
    case 'route.resolved':
      return { who: ['router'], what: event.data.route.explanation };
    case 'approver.notified': {
      const { person, kind } = event.data;
      return {
        who: ['notifier'],
        what: `${person} ${MAILED[kind]} by mail`,
      };
    }
    case 'vote.cast':
      return { who: [event.data.vote.person], what: voteSaid(event.data.vote) };
    case 'decision.made': {
      const { request, decision } = event.data;
      return {
        who: deciders(decision, request.breakGlass?.person),
        what: `${decision.outcome}: ${decision.explanation}`,
      };
    }
    case 'guardrail.evaluated': {
      const { outcome, results } = event.data.guardrail;
      const blocked = results
        .filter(({ verdict }) => verdict === 'blocked')
        .map(({ rule, reason }) => `${rule} (${reason})`);
      return {
        who: ['guardrail'],
        what: blocked.length === 0 ? outcome : `${outcome} by ${blocked.join(', ')}`,
      };
    }
    case 'action.released': {
      const { audience, expiresAt } = event.data.release;
      return { who: ['intake'], what: `released to ${audience} until ${expiresAt}` };
    }
    case 'release.redeemed': {
      const { redeemedBy, guardrail } = event.data;
      return {
        who: [redeemedBy],
        what: `redeems the release; by policy revision ${guardrail.policyRevision} no guardrail forbids it`,
      };
    }
    case 'release.revoked':
      return { who: [event.data.revokedBy], what: `revokes the release${because(event.data.reason)}` };
    case 'request.withdrawn':
      return { who: [event.data.withdrawnBy], what: `withdraws the request${because(event.data.reason)}` };
    case 'request.failed': {
      const { givenUpBy, service, reason, cause } = event.data;
      return {
        who: [givenUpBy],
        what:
          cause === undefined
            ? `gives the request up, which stalled at ${service}${because(reason)}`
            : `ends the request as failed${because(reason)}`,
      };
    }
    case 'request.rejected': {
      const { producer, reasons } = event.data;
      return {
        who: ['intake'],
        what: `refuses a record of ${producer}: ${reasons.map(({ detail }) => detail).join('; ')}`,
      };
    }
    case 'delegation.declared':
      return describeDelegation(event.data);
    case 'question.asked': {
      const { askedBy, askedOf, text, pausedUntil } = event.data;
      const clock = pausedUntil === undefined ? '' : `; the clock stands until ${pausedUntil} at most`;
      return { who: [askedBy], what: `asks ${askedOf}: ${text}${clock}` };
    }
    case 'question.answered': {
      const { answeredBy, text, deadline } = event.data;
      return { who: [answeredBy], what: `answers: ${text} (to be decided until ${deadline})` };
    }
    case 'policy.proposed': {
      const { proposedBy, basedOn, documentHash } = event.data;
      return {
        who: [proposedBy],
        what: `proposes a policy in the place of revision ${basedOn} (document ${documentHash})`,
      };
    }
    case 'policy.published':
      return describePublished(event.data);
  }
}

function describeLetter({ row }: TrailRecord): Description {
  const [service = row.topic, kind] = row.topic.split('.');
  const headers = decodeHeaders(row.headers);
  const header = (name: string): string => headers[`tollgate-${name}`]?.toString('utf8') ?? '?';
  const origin = `${header('origin-topic')} ${header('origin-partition')}/${header('origin-offset')}`;
  return kind === 'retry'
    ? { who: ['operator'], what: `hands ${origin} back to ${service}` }
    : { who: [service], what: `could not digest ${origin}: ${header('reason')}` };
}

/** Says what a record is about. */
export function describeRecord(record: TrailRecord): Description {
  if (record.known !== undefined) return describeEvent(record.known);
  const { row } = record;
  switch (row.reading) {
    case 'letter':
      return describeLetter(record);
    case 'withheld':
      return { who: [], what: 'its content is from outside the door and not kept' };
    case 'event':
      return { who: row.persons ?? [], what: row.outcome ?? row.event_type ?? row.topic };
    case 'unreadable':
      return { who: [], what: 'no event of its topic; kept as it came' };
  }
}
