import { documentHash, type PolicyPublished } from '@tollgate/contracts';
import { type Violation } from './rule.js';

/** What is known of a request that asked for a revision. */
export interface AskingRequest {
  readonly isReleased: boolean;
  readonly approvers: readonly string[];
}

interface Revision extends Pick<
  PolicyPublished,
  'documentHash' | 'origin' | 'requestId' | 'approvedBy' | 'operator' | 'justification'
> {
  readonly seq: number;
}

/** The revisions on record, and those that events name. It keeps no documents. */
export class PolicyFacts {
  readonly #revisions = new Map<number, Revision>();
  readonly #named = new Map<number, { readonly seq: number; readonly requestId?: string }>();

  /** Takes a revision; @returns what it shows to be wrong */
  publish(data: PolicyPublished, seq: number): Violation[] {
    const { revision, origin, requestId, approvedBy, operator, justification } = data;
    const hash = documentHash(data.policy, data.directory);
    const found: Violation[] = [];
    if (hash !== data.documentHash) {
      found.push({
        rule: 'policy-approved',
        seq,
        detail: `revision ${revision} does not have the hash that it says`,
      });
    }
    const before = this.#revisions.get(revision);
    if (before === undefined) {
      this.#revisions.set(revision, {
        documentHash: data.documentHash,
        origin,
        requestId,
        approvedBy,
        operator,
        justification,
        seq,
      });
    } else if (before.documentHash !== data.documentHash) {
      found.push({
        rule: 'policy-known',
        seq,
        detail: `revision ${revision} was published twice, with different content`,
      });
    }
    return found;
  }

  /** Notes that an event names a revision. */
  name(revision: number, seq: number, requestId?: string): void {
    if (!this.#named.has(revision)) this.#named.set(revision, { seq, requestId });
  }

  /** The requests that asked for revisions on record. */
  get askingRequests(): string[] {
    return [...this.#revisions.values()].flatMap(({ requestId }) => requestId ?? []);
  }

  /** @param requestOf what is known of a request that asked for a revision */
  judge(isWhole: boolean, requestOf: (id: string) => AskingRequest | undefined): Violation[] {
    if (!isWhole) return [];
    const numbers = [...this.#revisions.keys()].sort((a, b) => a - b);
    const missing = numbers.filter((revision) => revision > 1 && !this.#revisions.has(revision - 1));
    return [
      ...missing.map((revision): Violation => ({
        rule: 'policy-known',
        detail: `revision ${revision - 1} is missing before ${revision}`,
      })),
      ...[...this.#named]
        .filter(([revision]) => !this.#revisions.has(revision))
        .map(([revision, where]): Violation => ({
          rule: 'policy-known',
          ...where,
          detail: `revision ${revision} is named, and not on record`,
        })),
      ...numbers.flatMap((revision) => this.#judgeRevision(revision, requestOf)),
    ];
  }

  #judgeRevision(revision: number, requestOf: (id: string) => AskingRequest | undefined): Violation[] {
    const known = this.#revisions.get(revision);
    if (known === undefined) return [];
    const { seq, origin, requestId, approvedBy = [], operator, justification } = known;
    const wrong = (detail: string): Violation[] => [
      { rule: 'policy-approved', seq, requestId, detail: `revision ${revision} ${detail}` },
    ];
    if (origin === 'first-start') return revision === 1 ? [] : wrong('says that it is the first');
    if (origin === 'recovery' || origin === 'deactivation') {
      return operator === undefined || (origin === 'recovery' && justification === undefined)
        ? wrong('was published without approval, and does not say by whom and why')
        : [];
    }
    if (requestId === undefined) return wrong('says that it was approved, and not by which request');
    const request = requestOf(requestId);
    if (request?.isReleased !== true)
      return wrong('was published, and the request that asked for it was not released');
    const strangers = approvedBy.filter((person) => !request.approvers.includes(person));
    return strangers.length === 0 ? [] : wrong(`names approvals that did not count: ${strangers.join(', ')}`);
  }
}
