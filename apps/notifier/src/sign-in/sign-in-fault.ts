/** Why somebody is not signed in; each has a page of words. */
export type SignInFaultKind =
  /** The provider answered with a refusal, or the person turned back there. */
  | 'denied'
  /** The attempt is over, was finished already, or was begun in another browser. */
  | 'expired'
  /** What came back does not prove anything. */
  | 'unproven'
  /** The directory has nobody with this identity, or not as active. */
  | 'unknown-person'
  /** The provider does not answer. */
  | 'provider-down'
  /** The provider answers, but is not the one that this service was told of. */
  | 'misconfigured'
  /** This service was told of no provider. */
  | 'none';

/** A sign-in that did not come about. */
export class SignInFault extends Error {
  override readonly name = 'SignInFault';

  constructor(
    readonly kind: SignInFaultKind,
    /** For the log: never a code, a token or a secret. */
    why: string,
    options?: ErrorOptions,
  ) {
    super(why, options);
  }
}
