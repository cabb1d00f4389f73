import {
  type GuardrailEvaluated,
  type PolicyPublished,
  type Request,
  type RequestStatusDocument,
} from '@tollgate/contracts';
import { outgoing } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { exampleJudgement, judgedEvent } from './example.js';
import { type Documents, withLine } from './policy-documents.js';
import { type Answer, type TestIntake } from './test-intake.js';
import { OPERATOR_KEY, type TestSystem } from './test-system.js';

/** The producer that proposes policies in a spec, and the gate that judges them. */
export class Proposer {
  #lines = 0;

  private constructor(
    readonly system: TestSystem,
    readonly intake: TestIntake,
    /** Without any scope. */
    readonly plainKey: string,
    /** With the scope policy:propose. */
    readonly key: string,
  ) {}

  /** Registers it under the name `policy-bot`, owned by alice. */
  static async register(system: TestSystem, intake: TestIntake): Promise<Proposer> {
    const plainKey = await system.producer(intake, 'policy-bot', 'alice');
    return new Proposer(system, intake, plainKey, await Proposer.keyOf(intake, 'policy-bot'));
  }

  /** A key of a producer that may propose. */
  static async keyOf(intake: TestIntake, producer: string): Promise<string> {
    const { body } = await intake.call<{ key: string }>(`/v1/producers/${producer}/keys`, {
      key: OPERATOR_KEY,
      body: { scopes: ['policy:propose'] },
    });
    return body.key;
  }

  /** Proposes documents, or sends a text as it is. */
  propose<Body = RequestStatusDocument>(
    documents: unknown,
    more: object = {},
    { key = this.key, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const body =
      typeof documents === 'string' ? documents : { ...(documents as object), reason: 'because', ...more };
    return this.intake.call<Body>('/v1/policy', { key, headers, body });
  }

  /** Proposes documents and gives the request. */
  async requestFor(documents: Documents): Promise<Request> {
    const { body, text, status } = await this.propose(documents);
    if (status !== 202) throw new Error(`the proposal was not accepted: ${text}`);
    return this.requestOf(body.id);
  }

  async ruling(): Promise<PolicyPublished> {
    return (await this.intake.call<PolicyPublished>('/v1/policy', { key: this.key })).body;
  }

  /** The number of the ruling revision, as committed. */
  async highest(): Promise<number> {
    const [row] = await this.system.query<{ revision: number }>(
      'SELECT max(revision) AS revision FROM policy_revision',
    );
    return row?.revision ?? 0;
  }

  async rules(revision: number): Promise<void> {
    await waitUntil(`revision ${revision}`, async () => (await this.ruling()).revision === revision, 10_000);
  }

  async requestOf(id: string): Promise<Request> {
    const [row] = await this.system.query<{ request: Request }>('SELECT request FROM request WHERE id = $1', [
      id,
    ]);
    if (row === undefined) throw new Error(`no request ${id}`);
    return row.request;
  }

  /** Lets the gate speak: passed, unless told. */
  async judge(request: Request, changes: Partial<GuardrailEvaluated> = {}): Promise<void> {
    await this.system.send(outgoing(judgedEvent(exampleJudgement(request, changes)), 'guardrail.evaluated'));
  }

  async statusOf(id: string): Promise<RequestStatusDocument> {
    return (await this.intake.call(`/v1/requests/${id}`, { key: OPERATOR_KEY })).body;
  }

  /** The status document once the status is final. */
  async final(id: string): Promise<RequestStatusDocument> {
    await waitUntil(`the end of ${id}`, async () => (await this.statusOf(id)).status !== 'pending', 20_000);
    return this.statusOf(id);
  }

  /** Documents that nobody has proposed yet, as a change of those that rule. */
  async news(): Promise<Documents> {
    const { policy, directory } = await this.ruling();
    this.#lines += 1;
    return withLine({ policy, directory }, `action-${this.#lines}`);
  }
}
