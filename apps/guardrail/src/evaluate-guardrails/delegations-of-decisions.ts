import { type DecisionMade } from '@tollgate/contracts';
import { TransientError } from '@tollgate/messaging';
import { type Delegation } from '@tollgate/policy';
import { type KnownDelegations } from '../follow-delegations/known-delegations.js';
import { delegatedVotes } from './distrust-delegations.js';

/**
 * How long a decision waits for a delegation that it names. The declaration was committed before the vote, but comes on
 * another topic and may come from another process of the notifier, also from one that died before it had sent it: that
 * is taken over within five seconds.
 */
export const DECLARATION_PATIENCE_MS = 20_000;

/** Knows the delegations by which votes of a decision were cast; a decision may be faster than they are. */
export class DelegationsOfDecisions {
  /** Since when decisions have been waiting, by request. */
  readonly #waiting = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly delegations: Pick<KnownDelegations, 'find' | 'readToEnd'>,
    private readonly now: () => number,
  ) {}

  /**
   * Answers where delegations are found once all that the decision names are there, or have been waited for.
   * @throws TransientError while one of them may still come, or the topic cannot be read
   */
  async known(data: DecisionMade): Promise<(id: string) => Delegation | undefined> {
    const { id: requestId } = data.request;
    const isMissing = (): boolean =>
      delegatedVotes(data).some(({ delegation }) => this.delegations.find(delegation ?? '') === undefined);
    if (isMissing()) await this.delegations.readToEnd();
    if (isMissing()) {
      const since = this.#waiting.get(requestId) ?? this.now();
      this.#waiting.set(requestId, since);
      if (this.now() - since < DECLARATION_PATIENCE_MS)
        throw new TransientError('a delegation that the decision names is not on delegation.declared yet');
    }
    this.#waiting.delete(requestId);
    return (id) => this.delegations.find(id);
  }
}
