import { type DelegationDeclared } from '@tollgate/contracts';
import { type DelegationFacts, delegationObstacle } from '@tollgate/policy';
import { type Approval, type Instant, stepOf } from '../approval/approval.js';

/** With whose voice somebody speaks on a request. */
export type Speaking =
  /** With their own; or the request asks neither them nor anybody for whom they stand. */
  | { readonly kind: 'own' }
  /** For `voice`; `obstacle` is a sentence that says why not. */
  | {
      readonly kind: 'delegate';
      readonly voice: string;
      readonly delegation: DelegationDeclared;
      readonly obstacle?: string;
    }
  /** For somebody by whom no delegation was declared to them. */
  | { readonly kind: 'no-delegate' }
  /** For one of several, and it was not said for whom. */
  | { readonly kind: 'for-whom'; readonly voices: readonly string[] };

/** What a delegate's voice is found by. */
export interface SpeakingFacts extends DelegationFacts {
  readonly now: Instant;
  /** To the person who speaks, in the order of their starts; also those that ended. */
  readonly delegations: readonly DelegationDeclared[];
}

/**
 * With whose voice a person speaks on a request now.
 * @param onBehalfOf for whom they say they do; unless given, for themselves where the step asks them, else for the only
 *   one whom it asks and for whom they stand
 */
export function speakingFor(
  approval: Pick<Approval, 'file' | 'step'>,
  person: string,
  onBehalfOf: string | undefined,
  { now, delegations, ...facts }: SpeakingFacts,
): Speaking {
  if (onBehalfOf === person) return { kind: 'own' };
  const asked = new Set(stepOf(approval.file, approval.step).approvers.map((approver) => approver.person));
  if (onBehalfOf === undefined && asked.has(person)) return { kind: 'own' };
  const given = delegations
    .filter(({ from }) => (onBehalfOf === undefined ? asked.has(from) : from === onBehalfOf))
    .map((delegation): Speaking & { kind: 'delegate' } => {
      const vote = {
        requestId: approval.file.request.id,
        person,
        onBehalfOf: delegation.from,
        at: now,
      };
      const obstacle = delegationObstacle(delegation, vote, facts);
      return {
        kind: 'delegate',
        voice: delegation.from,
        delegation,
        ...(obstacle === undefined ? {} : { obstacle }),
      };
    });
  const open = given.filter(({ obstacle }) => obstacle === undefined);
  const voices = [...new Set(open.map(({ voice }) => voice))];
  if (voices.length > 1) return { kind: 'for-whom', voices };
  const best = open.at(-1) ?? given.at(-1);
  if (best !== undefined) return best;
  return { kind: onBehalfOf === undefined ? 'own' : 'no-delegate' };
}

/** The people with whose voices a person may vote on a request now: their own first, where the step asks them. */
export function voicesOpenTo(
  approval: Pick<Approval, 'file' | 'step'>,
  person: string,
  facts: SpeakingFacts,
): string[] {
  const asked = stepOf(approval.file, approval.step).approvers.map((approver) => approver.person);
  const others = asked.filter((voice) => {
    if (voice === person) return false;
    const speaking = speakingFor(approval, person, voice, facts);
    return speaking.kind === 'delegate' && speaking.obstacle === undefined;
  });
  return asked.includes(person) ? [person, ...others] : others;
}
