import { type JsonObject } from '@tollgate/contracts';
import { compile, explainDecision, parseFiles, requestOf } from '@tollgate/policy';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../connection/is-json-object.js';

/** The policy files that are shipped. */
export const SHIPPED = join(import.meta.dirname, '..', '..', '..', '..', 'policies');

/** What the fake answers. */
export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

const problem = (status: number, type: string, title: string, detail: string): FakeAnswer => ({
  status,
  body: { type: `https://tollgate.dev/problems/${type}`, status, title, detail },
});

const objectIn = (source: JsonObject, name: string): JsonObject => {
  const value = source[name];
  if (!isJsonObject(value)) throw new Error(`the call has no ${name}`);
  return value;
};
const textIn = (source: JsonObject, name: string): string => {
  const value = source[name];
  if (typeof value !== 'string') throw new Error(`the call has no ${name}`);
  return value;
};

/** The ruling policy of the fake intake: behaves as the real one does towards the command line. */
export class FakePolicy {
  revision = 3;
  policy: JsonObject;
  directory: JsonObject;

  /** Starts with the policy that is shipped. */
  constructor() {
    const read = (file: string) => ({ file, text: readFileSync(join(SHIPPED, file), 'utf8') });
    const parsed = parseFiles({ policy: read('policy.yaml'), directory: read('directory.yaml') });
    if (!parsed.ok) throw new Error('the policy that is shipped has faults');
    this.policy = parsed.policy;
    this.directory = parsed.directory;
  }

  /** Answers a call about the policy; undefined for a call that submits, and for any other. */
  answer(method: string, path: string, body: unknown): FakeAnswer | undefined {
    if (!path.startsWith('/v1/policy')) return undefined;
    if (method === 'GET') return { status: 200, body: this.#document() };
    if (!isJsonObject(body)) throw new Error('the call has no body');
    switch (path) {
      case '/v1/policy':
        return body['basedOn'] === this.revision
          ? undefined
          : problem(409, 'stale', 'Another revision rules', `Revision ${this.revision} rules.`);
      case '/v1/policy/explain':
        return this.#explain(body);
      case '/v1/policy/deactivate':
        return this.#deactivate(textIn(body, 'person'));
      case '/v1/policy/recover':
        this.policy = objectIn(body, 'policy');
        this.directory = objectIn(body, 'directory');
        this.revision += 1;
        return { status: 200, body: { revision: this.revision, origin: 'recovery' } };
      default:
        return problem(404, 'not-found', 'Not found', path);
    }
  }

  #document() {
    const { revision, policy, directory } = this;
    return {
      revision,
      documentHash: String(revision).repeat(64),
      policy,
      directory,
      origin: 'approved',
      publishedAt: '2026-11-22T14:00:00.000Z',
    };
  }

  #explain(body: JsonObject): FakeAnswer {
    const { revision, policy, directory } = this;
    const request = requestOf(
      {
        action: textIn(body, 'action'),
        environment: textIn(body, 'environment'),
        requester: textIn(body, 'requester'),
        target: objectIn(body, 'target'),
      },
      revision,
    );
    return {
      status: 200,
      body: { revision, ...explainDecision(compile({ revision, policy, directory }), request) },
    };
  }

  #deactivate(person: string): FakeAnswer {
    const people = objectIn(this.directory, 'people');
    const known = people[person];
    if (!isJsonObject(known))
      return problem(404, 'not-found', 'Not found', 'The directory has no such person.');
    const changed = known['active'] === true;
    known['active'] = false;
    if (changed) this.revision += 1;
    return { status: 200, body: { person, active: false, revision: this.revision, changed } };
  }
}
