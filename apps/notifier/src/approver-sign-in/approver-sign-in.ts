import { isActive, personOf } from '@tollgate/policy';
import { type ApproverTokens, bearerToken, forbidden, unavailable } from '@tollgate/runtime';
import { type PolicySource } from '../approval/ruling-policy.js';
import { SIGN_IN_RECENT_MS } from '../cast-vote/sign-in-obstacle.js';

/** Who calls, and how they are known. */
export interface SignedInApprover {
  readonly person: string;
  readonly authentication: 'signed-in' | 'passkey';
  /** When they signed in, milliseconds since 1970, where their token says so. */
  readonly signedInAt?: number;
}

/** Finds out which person of the directory calls. */
export class ApproverSignIn {
  constructor(
    private readonly tokens: ApproverTokens,
    private readonly policy: PolicySource,
    /** How long ago a sign-in may be where the policy asks for one, in milliseconds. */
    readonly recentMs = SIGN_IN_RECENT_MS,
  ) {}

  /**
   * @param authorization the header of that name
   * @throws Problem 401 without a valid token, 403 for somebody whom the directory does not have as active, 503
   *   while no directory rules
   */
  async approver(authorization: string | undefined): Promise<SignedInApprover> {
    const { issuer, subject, authentication, signedInAt } = await this.tokens.verify(
      bearerToken(authorization),
    );
    const ruling = this.policy.current();
    if (ruling === undefined) throw unavailable('No policy rules yet, so nobody is known; try again.');
    const person = personOf(ruling.policy, issuer, subject);
    if (person === undefined) throw forbidden('The directory has no person with this identity.');
    if (!isActive(ruling.policy, person)) throw forbidden(`${person} is not active in the directory.`);
    return { person, authentication, ...(signedInAt === undefined ? {} : { signedInAt }) };
  }
}
