import { type PlanStep, type Route, type SignIn } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type RouteStory } from './explain-route.js';

/** What a line makes of a request: the decider, the plan, and how it came about. */
export interface Ruling {
  readonly rule: string;
  readonly decider: Route['decider'];
  readonly plan: PlanStep[];
  readonly story: RouteStory;
  readonly validity: string;
  /** What the line itself asks for. */
  readonly signIn?: SignIn;
  /** Who of the producer redeems, where the line names one. */
  readonly executor?: string;
  /** The rule that lets somebody break the glass, where they do. */
  readonly breakGlass?: string;
}

/** The ruling that nobody is asked and it is a no. */
export const denied = (compiled: CompiledPolicy, rule: string, story: RouteStory): Ruling => ({
  rule,
  decider: 'deny',
  plan: [],
  story,
  validity: compiled.releaseValidity,
});
