import { type DelegationDeclared, type Vote } from '@tollgate/contracts';
import { heardOf, voiceOf } from '@tollgate/policy';
import { type Approval, type RecordedVote } from '../approval/approval.js';
import { countingIn } from '../approval/judge-step.js';
import { type Speaking, speakingFor } from '../delegation/speaking-for.js';
import { type Ballot, type JudgeFacts } from './judge-vote.js';

/** With whose voice a ballot speaks, and what is known of that. */
export interface Voiced {
  readonly voice: string;
  readonly delegation?: DelegationDeclared;
  /** A sentence: why the delegation does not hold. */
  readonly broken?: string;
  /** The vote that is heard with this voice so far, in this step. */
  readonly heard?: Vote;
}

/**
 * With whose voice a ballot speaks.
 * @param recorded every vote on the request so far, in the order in which they were cast
 */
export function voicedBy(
  approval: Approval,
  recorded: readonly RecordedVote[],
  { person, onBehalfOf }: Pick<Ballot, 'person' | 'onBehalfOf'>,
  { now, isActive, excluded = () => new Map(), delegations = [] }: JudgeFacts,
): Voiced | Extract<Speaking, { kind: 'no-delegate' | 'for-whom' }> {
  if (onBehalfOf === undefined && delegations.length === 0) return { voice: person };
  const speaking = speakingFor(approval, person, onBehalfOf, {
    now,
    delegations,
    isActive,
    excluded: excluded(),
  });
  if (speaking.kind === 'own') return { voice: person };
  if (speaking.kind !== 'delegate') return speaking;
  const { voice, delegation, obstacle: broken } = speaking;
  const counting = countingIn(
    recorded.map(({ vote }) => vote),
    approval.step,
  );
  const heard = heardOf(counting).find((vote) => voiceOf(vote) === voice);
  return {
    voice,
    delegation,
    ...(broken === undefined ? {} : { broken }),
    ...(heard === undefined ? {} : { heard }),
  };
}
