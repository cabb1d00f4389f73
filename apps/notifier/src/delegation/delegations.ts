import {
  type Authentication,
  type DeclaredAs,
  type DelegationDeclared,
  type Fault,
} from '@tollgate/contracts';
import { type OutboxRelay } from '@tollgate/messaging';
import { declarationFaults, isActive, whoIsExcluded } from '@tollgate/policy';
import { type FreeTexts } from '@tollgate/secrets';
import { type DataSource, type EntityManager } from 'typeorm';
import { type Approval, isoTime } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { type PolicySource, rulingNow, type RulingPolicy, rulingPolicy } from '../approval/ruling-policy.js';
import { delegationRecord } from './delegation-record.js';
import { delegations } from './delegations.store.js';

/** Of a reason, in characters. */
const LONGEST_REASON = 1000;

/** What somebody declares: that `to` may vote for `from`, for a time or for one request. */
export interface Declaration {
  readonly from: string;
  readonly to: string;
  /** RFC 3339; from now on unless given, and never earlier. */
  readonly startsAt?: string;
  /** RFC 3339; needed unless it is for one request. */
  readonly endsAt?: string;
  /** A UUID, in lower case. */
  readonly requestId?: string;
  readonly reason: string;
  /** A person id, or the name of an operator's credential. */
  readonly declaredBy: string;
  /** An operator declares for one request only: that is how an approval is reassigned. */
  readonly declaredAs: DeclaredAs;
  /** How a declaring person was known to be who they are. */
  readonly authentication?: Authentication;
}

/** What became of a declaration. */
export type Declared =
  | { readonly kind: 'declared'; readonly delegation: DelegationDeclared }
  /** The same was declared before and holds: nothing new goes on record. */
  | { readonly kind: 'repeated'; readonly delegation: DelegationDeclared }
  /** The request waits for nobody: it is decided, or not open yet. */
  | { readonly kind: 'not-open'; readonly status: 'closed' | 'unknown' }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] };

/** What became of a revocation. */
export type Revoked =
  | { readonly kind: 'revoked' | 'ended-before'; readonly delegation: DelegationDeclared }
  | { readonly kind: 'unknown' };

/** What the door needs. */
export interface DelegationsParts {
  readonly dataSource: DataSource;
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  /** Cuts secrets out of reasons. */
  readonly texts: Pick<FreeTexts, 'text'>;
  readonly newId: () => string;
  /** Told after the commit: pending approvals are to be looked at. */
  readonly onChange: () => void;
}

const isSame = (one: DelegationDeclared, other: DelegationDeclared): boolean =>
  one.from === other.from &&
  one.to === other.to &&
  one.requestId === other.requestId &&
  one.endsAt === other.endsAt &&
  one.declaredAs === other.declaredAs &&
  // What is to begin at once began a moment earlier the first time.
  (one.startsAt === other.startsAt ||
    (one.startsAt <= other.startsAt && other.startsAt === other.declaredAt));

/**
 * The one door for delegations: the API, the operators and the pages declare and revoke here. One declaration after the
 * other, so that no two of them close a circle together.
 */
export class Delegations {
  constructor(private readonly parts: DelegationsParts) {}

  /** @throws TransientError while no policy rules; the database's error when it is away */
  async declare(given: Declaration): Promise<Declared> {
    const { relay, policy, texts, onChange } = this.parts;
    const scope = given.requestId ?? given.from;
    const reason = await texts.text(given.reason, { field: 'delegation', scope, longest: LONGEST_REASON });
    const declaration = { ...given, reason };
    const known = await rulingPolicy(policy, 1);
    const declared = await relay.transaction(async (tx, publish) => {
      const now = await delegations.lockDeclarations(tx);
      const ruling = rulingNow(policy, known);
      const wanted = this.#wanted(declaration, now);
      if (wanted.requestId !== undefined) {
        const refusal = await this.#onRequest(tx, wanted, ruling);
        if (refusal !== undefined) return refusal;
      }
      const existing = await delegations.live(tx);
      const before = existing.find((each) => isSame(each, wanted));
      if (before !== undefined) return { kind: 'repeated', delegation: before } as const;
      const faults = declarationFaults(wanted, {
        now,
        isActive: (person) => isActive(ruling.policy, person),
        existing,
      });
      if (faults.length > 0) return { kind: 'refused', faults } as const;
      await delegations.insert(tx, wanted);
      publish([delegationRecord(wanted)]);
      return { kind: 'declared', delegation: wanted } as const;
    });
    if (declared.kind === 'declared') onChange();
    return declared;
  }

  /**
   * Ends a delegation now; what was voted by it stays voted.
   * @param id a UUID
   * @param from whose delegation it must be: to everybody else it is unknown
   */
  async revoke(id: string, from: string): Promise<Revoked> {
    const { relay, onChange } = this.parts;
    const outcome = await relay.transaction(async (tx, publish): Promise<Revoked> => {
      const delegation = await delegations.find(tx, id);
      if (delegation === undefined || delegation.from !== from) return { kind: 'unknown' };
      const [revoked] = await delegations.revoke(tx, [id], from, `Revoked by ${from}.`);
      if (revoked === undefined)
        return { kind: 'ended-before', delegation: (await delegations.find(tx, id)) ?? delegation };
      publish([delegationRecord(revoked)]);
      return { kind: 'revoked', delegation: revoked };
    });
    if (outcome.kind === 'revoked') onChange();
    return outcome;
  }

  /** From and to a person, the latest first; those that ended in the last 90 days included. */
  ofPerson(person: string): Promise<DelegationDeclared[]> {
    return delegations.ofPerson(this.parts.dataSource, person);
  }

  /** Everybody's, for operators. */
  all(): Promise<DelegationDeclared[]> {
    return delegations.all(this.parts.dataSource);
  }

  #wanted(declaration: Declaration, now: number): DelegationDeclared {
    const { startsAt, endsAt, requestId, authentication, ...rest } = declaration;
    const begin = startsAt === undefined ? now : Date.parse(startsAt);
    return {
      id: this.parts.newId(),
      ...rest,
      // Never for votes that were cast before it was declared.
      startsAt: isoTime(Math.max(begin, now)),
      ...(endsAt === undefined ? {} : { endsAt: isoTime(Date.parse(endsAt)) }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(authentication === undefined ? {} : { authentication }),
      declaredAt: isoTime(now),
    };
  }

  /** What speaks against a delegation for one request, of what only that request can tell. */
  async #onRequest(
    tx: EntityManager,
    { from, to, requestId = '' }: DelegationDeclared,
    ruling: RulingPolicy,
  ): Promise<Exclude<Declared, { kind: 'declared' | 'repeated' }> | undefined> {
    const [row] = await approvals.find(tx, [requestId]);
    if (row === undefined) return { kind: 'not-open', status: 'unknown' };
    const approval = approvalOf(row);
    if (approval.status === 'closed') return { kind: 'not-open', status: 'closed' };
    const faults: Fault[] = [];
    if (!asksFromNowOn(approval, from))
      faults.push({ pointer: '/from', detail: 'is not asked by this request, now or in a later step' });
    const why = whoIsExcluded(ruling.policy, approval.file).get(to);
    if (why !== undefined)
      faults.push({ pointer: '/to', detail: `${why}, and may not decide on this request` });
    return faults.length === 0 ? undefined : { kind: 'refused', faults };
  }
}

const asksFromNowOn = ({ file, step }: Approval, person: string): boolean =>
  file.route.plan
    .slice(step)
    .some(({ approvers }) => approvers.some((approver) => approver.person === person));
