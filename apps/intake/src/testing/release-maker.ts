import {
  type Decision,
  type GuardrailEvaluated,
  type Request,
  type RequestStatusDocument,
  type Route,
  type SubmitRequest,
} from '@tollgate/contracts';
import { outgoing } from '@tollgate/messaging';
import { exampleBody, exampleDecision, exampleJudgement, exampleRoute, judgedEvent } from './example.js';
import { type TestIntake } from './test-intake.js';
import { OPERATOR_KEY, type TestSystem } from './test-system.js';

/** What a test changes of the example that is released. */
export interface ReleaseChanges {
  readonly body?: Partial<SubmitRequest>;
  readonly route?: Partial<Route>;
  readonly decision?: Partial<Decision>;
}

/** A release as its status document shows it, and its request. */
export type MadeRelease = NonNullable<RequestStatusDocument['release']> & { readonly request: Request };

/** Makes releases of a producer, as the gate's verdicts bring them. */
export class ReleaseMaker {
  constructor(
    private readonly system: TestSystem,
    private readonly intake: TestIntake,
    /** Of the producer. */
    readonly key: string,
  ) {}

  /** Submits a request and passes it; decided just now, unless told. */
  async release({ body, route, decision }: ReleaseChanges = {}): Promise<MadeRelease> {
    const request = await this.system.submit(this.intake, this.key, exampleBody(body));
    const judgement = exampleJudgement(request, {
      route: exampleRoute(route),
      decision: exampleDecision({ decidedAt: new Date().toISOString(), ...decision }),
    });
    await this.judged(judgement);
    return { ...(await this.shown(request.id)), request };
  }

  /** Sends what the gate says. */
  judged(judgement: GuardrailEvaluated): Promise<void> {
    return this.system.send(outgoing(judgedEvent(judgement), 'guardrail.evaluated'));
  }

  /** The release of a request, once its status is final. */
  async shown(requestId: string): Promise<NonNullable<RequestStatusDocument['release']>> {
    const { body, text } = await this.intake.call(`/v1/requests/${requestId}`, {
      key: this.key,
      headers: { prefer: 'wait=15' },
    });
    if (body.release === undefined) throw new Error(`there is no release: ${text}`);
    return body.release;
  }

  /** A further key of the producer. */
  async createKey(producer: string, grant: { scopes?: string[]; executor?: string }): Promise<string> {
    const answer = await this.intake.call<{ key: string }>(`/v1/producers/${producer}/keys`, {
      key: OPERATOR_KEY,
      body: grant,
    });
    if (answer.status !== 201) throw new Error(`the key was not created: ${answer.text}`);
    return answer.body.key;
  }
}
