import { type PlanStep, type Route } from '@tollgate/contracts';
import { quorumInWords } from '../quorum/quorum-words.js';

/** What of a route matters to those whom it concerns, each in a few words; the same words mean the same thing. */
export interface RouteAspects {
  /** Who or what decides. */
  readonly decider: string;
  readonly risk: string;
  /** Who is asked, step by step. */
  readonly asked: string;
  /** How long each step waits, and what silence means then. */
  readonly clock: string;
  readonly signIn: string;
  /** What guardrails say beforehand, but for those that pass. */
  readonly preflight: string;
  /** What becomes of the release. */
  readonly release: string;
}

const DECIDERS: Readonly<Record<Route['decider'], string>> = {
  people: 'people',
  automation: 'automation',
  deny: 'denied at once',
  'break-glass': 'broken glass',
};

/** How many names are written out before the others are counted. */
const NAMED = 8;

function names(people: readonly string[]): string {
  const sorted = [...new Set(people)].sort();
  return sorted.length > NAMED
    ? `${sorted.slice(0, NAMED).join(', ')} and ${sorted.length - NAMED} more`
    : sorted.join(', ');
}

const inTurn = (plan: readonly PlanStep[], words: (step: PlanStep) => string): string =>
  plan.length === 0 ? 'nobody' : plan.map(words).join(', then ');

const asked = ({ quorum, approvers }: PlanStep): string =>
  `${quorumInWords(quorum)} (${names(approvers.map(({ person }) => person))})`;

const clock = ({ timeout, onSilence, workingTime }: PlanStep): string =>
  `${timeout}${workingTime === undefined ? '' : ` of ${workingTime.calendar}`}, silence: ${onSilence}`;

/** Only who decides is said of a route that asks nobody. */
const NOT_ASKED = { asked: 'nobody', clock: 'none', signIn: 'none' };

/** Puts a route into words. */
export function routeAspects(route: Route): RouteAspects {
  const { decider, plan, riskLevel, signIn, preflight, releaseValidity, executor } = route;
  const foreseen = preflight.filter(({ verdict }) => verdict !== 'passed');
  return {
    decider: DECIDERS[decider],
    risk: riskLevel.effective,
    ...(decider === 'people'
      ? { asked: inTurn(plan, asked), clock: inTurn(plan, clock), signIn }
      : NOT_ASKED),
    preflight:
      foreseen
        .map(({ guardrail, verdict }) => `${guardrail}: ${verdict}`)
        .sort()
        .join(', ') || 'nothing',
    release:
      decider === 'deny' ? 'none' : `${releaseValidity}${executor === undefined ? '' : ` for ${executor}`}`,
  };
}
