import { type JsonValue, type PolicyPublished } from '@tollgate/contracts';
import { secretsOf } from '@tollgate/policy';
import { SecretScanner } from '@tollgate/secrets';
import { type LedgerEvent } from './ledger-event.js';
import { type Violation } from './rule.js';

/** What is still to be looked through. */
interface Pending {
  readonly seq: number;
  readonly requestId?: string;
  readonly document: JsonValue;
  readonly scanner: SecretScanner;
}

/** Names are no secrets' business here: a finding says where, never what. */
const NO_MARK = (): string => '*';

/** What an event brings in that no event before it held; the rest was looked through where it came in. */
function broughtIn({ topic, event }: LedgerEvent): { requestId?: string; document: JsonValue } | undefined {
  const plain = (value: object): JsonValue => value as JsonValue;
  switch (topic) {
    case 'request.submitted':
      return { requestId: event.data.request.id, document: plain(event.data) };
    case 'vote.cast':
    case 'question.asked':
    case 'question.answered':
    case 'request.withdrawn':
    case 'request.failed':
    case 'release.revoked':
      return { requestId: event.data.requestId, document: plain(event.data) };
    case 'decision.made': {
      const { request, decision } = event.data;
      return decision.overrides.length === 0
        ? undefined
        : { requestId: request.id, document: plain({ decision: { overrides: decision.overrides } }) };
    }
    case 'delegation.declared':
    case 'request.rejected':
      return { document: plain(event.data) };
    default:
      return undefined;
  }
}

/**
 * Looks for secrets in what came in, by the scanner of the doors and what the policy of that time says of secrets. Where
 * the policy is not on record, as in a range without it, nothing is looked through: what it allows is not known.
 */
export class SecretSearch {
  #scanner: SecretScanner | undefined;
  #pending: Pending[] = [];

  /** Takes note of the next event of the ledger. */
  note(known: LedgerEvent): void {
    if (known.topic === 'policy.published') this.#scanner = scannerOf(known.event.data) ?? this.#scanner;
    const scanner = this.#scanner;
    const found = scanner === undefined ? undefined : broughtIn(known);
    if (scanner !== undefined && found !== undefined)
      this.#pending.push({ seq: known.seq, scanner, ...found });
  }

  /**
   * Looks through what was noted since the last time.
   * @returns where there are secrets, and of which kind; never what they are
   */
  async search(): Promise<Violation[]> {
    const pending = this.#pending;
    this.#pending = [];
    const violations: Violation[] = [];
    for (const { seq, requestId, document, scanner } of pending)
      for (const { rule, pointer } of await scanner.detect(document, NO_MARK))
        violations.push({
          rule: 'no-secret',
          seq,
          ...(requestId === undefined ? {} : { requestId }),
          detail: `${rule} at /data${pointer}`,
        });
    return violations;
  }
}

/** @returns undefined for a policy that cannot be read; another rule says so */
function scannerOf({ policy }: PolicyPublished): SecretScanner | undefined {
  try {
    return new SecretScanner(secretsOf(policy));
  } catch {
    return undefined;
  }
}
