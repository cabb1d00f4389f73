import { invalid, Problem, unavailable } from '@tollgate/runtime';
import { type DataSource } from 'typeorm';
import { type PolicyRevision, rulingRevision } from '../publish-policy/policy-revision.js';
import { secretsDetected } from '../scan-secrets/secret-problem.js';
import { bodyBytes, unreadable } from '../submit-request/read-body.js';
import {
  type CheckedChange,
  MAX_DOCUMENTS_BYTES,
  type PolicyAnswer,
  type RulingTexts,
} from './policy-job.js';
import { type PolicyJobs } from './policy-jobs.js';

/** A body that may be published, and the revision that ruled when it was checked. */
export interface CheckedBody {
  readonly ruling: number;
  readonly change: CheckedChange;
}

/** 409: documents that say what the ruling revision says. */
export const noDifference = (ruling: number): Problem =>
  new Problem(409, 'no-difference', 'Nothing would change', {
    detail: `Policy and directory say what revision ${ruling} says, which rules.`,
    extra: { ruling },
  });

const tooLarge = (bytes: number): Problem =>
  new Problem(413, 'too-large', 'The body is too large', {
    detail: `Policy and directory are ${bytes} bytes of JSON together; at most ${MAX_DOCUMENTS_BYTES} are taken.`,
  });

function checkedOrProblem(answer: PolicyAnswer): CheckedChange {
  switch (answer.kind) {
    case 'checked':
      return answer;
    case 'unreadable':
      throw unreadable(answer.why);
    case 'secrets':
      throw secretsDetected('documents', answer.detections);
    case 'too-large':
      throw tooLarge(answer.bytes);
    case 'invalid':
      throw invalid(answer.faults, 'The documents do not fit; see errors.');
    default:
      throw new Error(`a body was answered with ${answer.kind}`);
  }
}

/** What a job is given of a revision. */
export const textsOf = ({ revision, documentHash, policy, directory }: PolicyRevision): RulingTexts => ({
  revision,
  documentHash,
  policy,
  directory,
});

/** Checks bodies that hold a policy and a directory against the ruling revision. */
export class CheckPolicy {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: PolicyJobs,
  ) {}

  /**
   * @param body as the content type parser left it
   * @throws Problem 400, 413, 415 or 422 for a body that is of no use, 503 before the first revision
   */
  async ofBody(kind: 'proposal' | 'recovery', body: unknown): Promise<CheckedBody> {
    const bytes = bodyBytes(body);
    const ruling = await this.ruling();
    const answer = await this.jobs.run({ kind, body: bytes, ruling: textsOf(ruling) });
    return { ruling: ruling.revision, change: checkedOrProblem(answer) };
  }

  /** @throws Problem 503 before the first revision */
  async ruling(): Promise<PolicyRevision> {
    const ruling = await rulingRevision(this.dataSource);
    if (ruling === undefined) throw unavailable('No policy rules yet; try again.', 2);
    return ruling;
  }
}
