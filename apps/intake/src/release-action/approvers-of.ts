import { type Decision } from '@tollgate/contracts';

/** The persons by whose approval a request was decided, in order of their ids; none where people did not decide. */
export const approversOf = ({ votes, step }: Pick<Decision, 'votes' | 'step'>): string[] =>
  [
    ...new Set(
      votes
        .filter((vote) => vote.counted && vote.step === step && vote.verdict === 'approve')
        .map(({ person }) => person),
    ),
  ].toSorted();
