import {
  documentHash,
  doorCheck,
  type Fault,
  type Guardrail,
  type JsonObject,
  type JsonValue,
  MAX_JSON_DEPTH,
  type Request,
} from '@tollgate/contracts';
import {
  compile,
  type CompiledPolicy,
  type DecisionExplanation,
  diffPolicies,
  explainDecision,
  type GateFacts,
  judge,
  PolicyInvalidError,
  policyPublishFault,
  secretsOf,
} from '@tollgate/policy';
import { type Detection, SecretScanner } from '@tollgate/secrets';
import { type PolicyTexts } from '../publish-policy/policy-revision.js';
import { isObject, type Malformed, type NotInterchangeable, readJson } from '../submit-request/read-json.js';
import { changeWords, type ChangeWords, DIFF_LIMIT } from './change-words.js';
import { ProposePolicy, RecoverPolicy } from './policy-bodies.js';

/** The revision that rules, as a job is given it. */
export interface RulingTexts extends PolicyTexts {
  readonly revision: number;
}

/** Work on policy documents that may take long, because they may be large or made to be costly. */
export type PolicyJob =
  | {
      readonly kind: 'proposal' | 'recovery';
      /** The HTTP body as it came. */
      readonly body: Uint8Array;
      readonly ruling: RulingTexts;
    }
  | { readonly kind: 'deactivation'; readonly person: string; readonly ruling: RulingTexts }
  | { readonly kind: 'explanation'; readonly request: Request; readonly ruling: RulingTexts }
  | {
      readonly kind: 'judgement';
      readonly facts: GateFacts;
      /** Milliseconds since 1970. */
      readonly now: number;
      readonly ruling: RulingTexts;
    };

/** Documents that may be published. */
export interface CheckedChange {
  readonly kind: 'checked';
  readonly texts: PolicyTexts;
  /** Whether they say what the ruling revision says. */
  readonly same: boolean;
  /** The reason of a proposal, the justification of a recovery. */
  readonly reason: string;
  /** Of a proposal. */
  readonly basedOn: number;
  /** Of a proposal; empty lists where nothing differs. */
  readonly words: ChangeWords;
}

/** What came of a job. */
export type PolicyAnswer =
  | CheckedChange
  | { readonly kind: 'unreadable'; readonly why: Malformed | NotInterchangeable }
  | { readonly kind: 'secrets'; readonly detections: readonly Detection[] }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'invalid'; readonly faults: Fault[] }
  | { readonly kind: 'deactivated'; readonly texts: PolicyTexts }
  | { readonly kind: 'explained'; readonly explanation: DecisionExplanation }
  | { readonly kind: 'judged'; readonly guardrail: Guardrail }
  /** There is nothing to do: the person is unknown, or inactive already. */
  | { readonly kind: 'unknown-person' | 'inactive-already' };

/** Both documents together, as JSON, in bytes. */
export const MAX_DOCUMENTS_BYTES = 8 * 1024 * 1024;

/** What people write into a body. */
const FREE_TEXTS = ['reason', 'justification'];
const NO_WORDS: ChangeWords = { changes: [], effects: [] };
const checkProposal = doorCheck(ProposePolicy);
const checkRecovery = doorCheck(RecoverPolicy);

/** A stored document: it was checked when it came in. */
const stored = (text: string): JsonObject => JSON.parse(text) as JsonObject;

const compiledRuling = ({ revision, policy, directory }: RulingTexts): CompiledPolicy =>
  compile({ revision, policy: stored(policy), directory: stored(directory) });

function compiledOrFaults(
  revision: number,
  policy: JsonObject,
  directory: JsonObject,
): CompiledPolicy | Fault[] {
  try {
    return compile({ revision, policy, directory });
  } catch (error) {
    if (!(error instanceof PolicyInvalidError)) throw error;
    return error.faults.map(({ pointer, message }) => ({ pointer, detail: message }));
  }
}

/**
 * The secrets in a body: what is refused for another fault must not be told either. Its free text is not looked at;
 * secrets are cut out of that.
 */
async function secretsIn(body: JsonValue, ruling: RulingTexts): Promise<readonly Detection[]> {
  const scanner = new SecretScanner(secretsOf(stored(ruling.policy)));
  const isFreeText = ([name, value]: [string, JsonValue]) =>
    FREE_TEXTS.includes(name) && typeof value === 'string';
  const looked = isObject(body)
    ? Object.fromEntries(Object.entries(body).filter((entry) => !isFreeText(entry)))
    : body;
  return scanner.detect(looked, () => '[secret]');
}

async function checkChange({ kind, body, ruling }: PolicyJob & { body: Uint8Array }): Promise<PolicyAnswer> {
  const reading = readJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength), MAX_JSON_DEPTH);
  if (!reading.ok) return { kind: 'unreadable', why: reading.why };
  const detections = await secretsIn(reading.value, ruling);
  if (detections.length > 0) return { kind: 'secrets', detections };
  const checked = kind === 'proposal' ? checkProposal(reading.value) : checkRecovery(reading.value);
  if (!checked.ok) return { kind: 'invalid', faults: checked.faults };
  const { policy, directory } = checked.value;
  const texts = { policy: JSON.stringify(policy), directory: JSON.stringify(directory) };
  const bytes = Buffer.byteLength(texts.policy) + Buffer.byteLength(texts.directory);
  if (bytes > MAX_DOCUMENTS_BYTES) return { kind: 'too-large', bytes };

  const after = compiledOrFaults(ruling.revision + 1, policy, directory);
  if (Array.isArray(after)) return { kind: 'invalid', faults: after };
  const fault = policyPublishFault(after);
  if (fault !== undefined) return { kind: 'invalid', faults: [{ pointer: '/policy/matrix', detail: fault }] };

  const hash = documentHash(policy, directory);
  const same = hash === ruling.documentHash;
  const isProposal = kind === 'proposal';
  const before = same || !isProposal ? undefined : compiledRuling(ruling);
  return {
    kind: 'checked',
    texts: { documentHash: hash, ...texts },
    same,
    reason: 'reason' in checked.value ? checked.value.reason : checked.value.justification,
    basedOn: ('basedOn' in checked.value ? checked.value.basedOn : undefined) ?? ruling.revision,
    words: before === undefined ? NO_WORDS : changeWords(diffPolicies(before, after, DIFF_LIMIT)),
  };
}

/**
 * The ruling documents with one person inactive. Nothing needs to be checked anew: whether a policy is valid never
 * depends on who is active.
 */
function deactivate(person: string, ruling: RulingTexts): PolicyAnswer {
  const directory = stored(ruling.directory);
  const people = directory['people'] as Record<string, JsonObject>;
  const known = Object.hasOwn(people, person) ? people[person] : undefined;
  if (known === undefined) return { kind: 'unknown-person' };
  if (known['active'] !== true) return { kind: 'inactive-already' };
  const changed = { ...directory, people: { ...people, [person]: { ...known, active: false } } };
  return {
    kind: 'deactivated',
    texts: {
      documentHash: documentHash(stored(ruling.policy), changed),
      policy: ruling.policy,
      directory: JSON.stringify(changed),
    },
  };
}

/** Does a job, in whatever time it takes. */
export async function doPolicyJob(job: PolicyJob): Promise<PolicyAnswer> {
  switch (job.kind) {
    case 'deactivation':
      return deactivate(job.person, job.ruling);
    case 'explanation':
      return { kind: 'explained', explanation: explainDecision(compiledRuling(job.ruling), job.request) };
    case 'judgement':
      return { kind: 'judged', guardrail: judge(compiledRuling(job.ruling), job.facts, job.now) };
    default:
      return checkChange(job);
  }
}
