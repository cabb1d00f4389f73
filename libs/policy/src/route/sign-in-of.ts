import { type RiskLevel, type SignIn, SIGN_INS } from '@tollgate/contracts';
import { type CompiledLine, type CompiledPolicy } from '../compile/compiled-policy.js';

/** How surely those who decide by a line must be known: what the line says, or else what the policy says of the risk. */
export const signInOf = (
  { signIn }: Pick<CompiledPolicy, 'signIn'>,
  line: Pick<CompiledLine, 'signIn'>,
  effectiveRisk: RiskLevel,
): SignIn => line.signIn ?? signIn[effectiveRisk];

/** From 0 for the weakest; a stronger one is good wherever a weaker one is asked for. */
export const signInRank = (signIn: SignIn): number => SIGN_INS.indexOf(signIn);

/** What a person needs to decide, in words. */
export const SIGN_IN_WORDS: Readonly<Record<SignIn, string>> = {
  link: 'the link of the mail',
  'signed-in': 'a recent sign-in',
  passkey: 'a passkey',
};
