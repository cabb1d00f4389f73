import { type Selector } from '@tollgate/contracts';
import { type CompiledCheckpoint, type Electorate } from '../compile/compiled-policy.js';
import { type BreakGlassSignIn } from '../document/break-glass-document.js';
import { type LineMatch } from '../matrix/line-match.js';

/** A rule that says who may break the glass, ready to be asked. */
export interface CompiledBreakGlass extends Pick<
  LineMatch,
  'actions' | 'riskLevels' | 'environments' | 'when'
> {
  readonly id: string;
  readonly who: readonly Selector[];
  /** How surely they must be known, at least. */
  readonly signIn: BreakGlassSignIn;
  /** Who looks at it afterwards, and by which clock. */
  readonly review: { readonly electorate: Electorate; readonly checkpoint: CompiledCheckpoint };
}
