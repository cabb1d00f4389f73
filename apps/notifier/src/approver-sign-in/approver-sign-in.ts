import { type Authentication } from '@tollgate/contracts';
import { isActive, personOf } from '@tollgate/policy';
import { bearerToken, forbidden, unavailable } from '@tollgate/runtime';
import { type PolicySource } from '../approval/ruling-policy.js';
import { type ApproverTokens } from './approver-tokens.js';

/** Who calls, and how they are known. */
export interface SignedInApprover {
  readonly person: string;
  readonly authentication: Authentication;
}

/** Finds out which person of the directory calls. */
export class ApproverSignIn {
  constructor(
    private readonly tokens: ApproverTokens,
    private readonly policy: PolicySource,
  ) {}

  /**
   * @param authorization the header of that name
   * @throws Problem 401 without a valid token, 403 for somebody whom the directory does not have as active, 503
   *   while no directory rules
   */
  async approver(authorization: string | undefined): Promise<SignedInApprover> {
    const { issuer, subject } = await this.tokens.verify(bearerToken(authorization));
    const ruling = this.policy.current();
    if (ruling === undefined) throw unavailable('No policy rules yet, so nobody is known; try again.');
    const person = personOf(ruling.policy, issuer, subject);
    if (person === undefined) throw forbidden('The directory has no person with this identity.');
    if (!isActive(ruling.policy, person)) throw forbidden(`${person} is not active in the directory.`);
    return { person, authentication: 'signed-in' };
  }
}
