/** Why a vote does not count; each has words of its own for the voter. */
export type Uncounted =
  | 'closed'
  | 'late'
  | 'step-over'
  | 'step-begun'
  | 'view-used'
  | 'not-yet'
  | 'stage-ahead'
  | 'excluded'
  | 'inactive'
  | 'sign-in'
  | 'sign-in-old'
  | 'delegation'
  | 'in-person';

/** Why a vote does not count, as it stands on the vote, for people. */
export const WORDS: Readonly<Record<Uncounted, string>> = {
  closed: 'It came after the decision.',
  late: 'It came after the deadline.',
  'step-over': 'The step in which its person was asked is over.',
  'step-begun': 'It was meant for a step that is over.',
  'view-used': 'The page it was cast from had been used for another vote.',
  'not-yet': 'Its person is asked only in a later step.',
  'stage-ahead': 'Their stage has not begun.',
  excluded: 'Its person may not decide on this request.',
  inactive: 'Its person is not active in the directory.',
  'sign-in': 'The request asks for a stronger sign-in.',
  'sign-in-old': 'Its person had signed in too long ago.',
  delegation: 'No delegation lets its person vote for another.',
  'in-person': 'The person whom it is for voted in person.',
};

const isUncounted = (code: string): code is Uncounted => Object.hasOwn(WORDS, code);
/** By their words. */
export const CODES = new Map(
  Object.keys(WORDS)
    .filter(isUncounted)
    .map((code) => [WORDS[code], code]),
);
