import { type BreakGlass } from '@tollgate/contracts';
import { type ApproverTokens, bearerToken, forbidden, unauthenticated, unavailable } from '@tollgate/runtime';
import { type RulingPolicy } from '../publish-policy/ruling-policy.js';

/** The header in which a person's own token comes, beside the producer's key in `Authorization`; in lower case. */
export const PERSON_HEADER = 'tollgate-person';

/** How a person's sign-in is judged. */
export interface PersonSignInParts {
  /** Undefined where intake knows no issuer of persons' tokens: then nobody breaks the glass. */
  readonly tokens: Pick<ApproverTokens, 'verify'> | undefined;
  readonly policy: Pick<RulingPolicy, 'personOf' | 'isActive' | 'revision'>;
  /** How long ago they may have signed in, in milliseconds. */
  readonly recentMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Finds out who breaks the glass: by a token of that person, never by what a body says. */
export class PersonSignIn {
  constructor(private readonly parts: PersonSignInParts) {}

  /**
   * @param header `Tollgate-Person`, as in `Bearer …`
   * @throws Problem 401 without a valid token of a recent sign-in, 403 for somebody whom the directory does not have as active
   * and where no issuer is known, 503 while no directory rules
   */
  async person(header: string | string[] | undefined): Promise<Omit<BreakGlass, 'justification'>> {
    const { tokens, policy, recentMs, now } = this.parts;
    if (tokens === undefined)
      throw forbidden(
        'Nobody can break the glass here: this service is given no issuer of tokens of persons.',
      );
    if (header === undefined)
      throw unauthenticated(
        'To break the glass, send your own token in the header Tollgate-Person: Bearer <token>, besides the key of the producer.',
      );
    const { issuer, subject, authentication, signedInAt } = await tokens.verify(bearerToken(String(header)));
    if (signedInAt === undefined || now() - signedInAt > recentMs)
      throw unauthenticated('The sign-in of the token in Tollgate-Person is too long ago; sign in again.');
    if (policy.revision === 0) throw unavailable('No policy rules yet, so nobody is known; try again.', 2);
    const person = policy.personOf(issuer, subject);
    if (person === undefined)
      throw forbidden('The directory has no person with the identity in Tollgate-Person.');
    if (policy.isActive(person) !== true) throw forbidden(`${person} is not active in the directory.`);
    return { person, authentication };
  }
}
