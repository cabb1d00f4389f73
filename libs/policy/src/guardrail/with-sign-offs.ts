import { type QuorumExpression } from '@tollgate/contracts';
import { type SignOff } from './compiled-guardrail.js';

const nodeOf = ({ from }: SignOff): QuorumExpression => {
  const [only, ...others] = from;
  return only !== undefined && others.length === 0
    ? { kind: 'one', from: only }
    : { kind: 'people', count: 1, from };
};

/**
 * A quorum together with the sign-offs that a request needs: all of them, and whoever counts for the quorum may sign off
 * as well.
 * @param quorum undefined where nobody else decides
 * @param signOffs at least one
 */
export function withSignOffs(
  quorum: QuorumExpression | undefined,
  signOffs: readonly SignOff[],
): QuorumExpression {
  // How many denials end it is said of the whole.
  if (quorum?.kind === 'denials') return { ...quorum, in: withSignOffs(quorum.in, signOffs) };
  const nodes = [...new Map(signOffs.map((signOff) => [signOff.from.join(), nodeOf(signOff)])).values()];
  const of = quorum === undefined ? nodes : [quorum, ...nodes];
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'all', of, samePerson: true };
}
