import { type SecretRule } from '@tollgate/contracts';

/** How one kind of secret looks within a text, in RE2 syntax. */
export interface TextRule {
  readonly id: SecretRule;
  /**
   * What every secret of the kind has about it, as cheap as possible: only where it is found is the rest looked at.
   */
  readonly trigger: string;
  /** The secret itself is the last group, or all of it where there is none. */
  readonly pattern: string;
  /**
   * The pattern means the same to JavaScript, and a matcher that backtracks goes over no character of any text more than a fixed
   * number of times: it is many times as fast there. Not where one beginning can reach over the next.
   */
  readonly isQuick?: boolean;
  /**
   * Whether what was found is a secret, by more than its form, or which other kind it is; always one where it is not given.
   * @param groups what the groups hold, or the whole where there is none
   */
  readonly accept?: (groups: readonly string[]) => boolean | SecretRule;
}

/** A rule that a policy adds. */
export interface AddedRule {
  readonly id: string;
  /** RE2. The secret itself is the last group, or all of it where there is none. */
  readonly pattern: string;
}

/** A false positive that a policy allows: what this rule finds in this field or below it counts for nothing. */
export interface AllowedFinding {
  readonly rule: string;
  /** Names from the top, joined by dots (`parameters.checksum`); `*` stands for any one name or index. */
  readonly field: string;
}

/** What a policy says of secrets. */
export interface SecretSettings {
  readonly rules: readonly AddedRule[];
  readonly allow: readonly AllowedFinding[];
}

/** A secret at a place of a text, in UTF-16 units. */
export interface TextFinding {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}
