import { contentHash } from '@tollgate/contracts';
import { describe, expect, it } from '@jest/globals';
import { EXAMPLE_ID, exampleBody } from '../testing/example.js';
import { clearedOf } from '../testing/test-scan.js';
import { keyFault } from './idempotency-key.js';
import { newSubmission } from './submission.js';
import { traceParent } from './trace-parent.js';

const submitter = { producer: 'ci-bot', requester: 'ci-bot', owner: 'alice' };
const door = { id: EXAMPLE_ID, key: 'deploy-42', submittedAt: '2026-11-22T18:00:00.000Z', policyRevision: 7 };

describe('a submission', () => {
  it('is what was asked, and what the door knows of it', () => {
    const body = exampleBody({ onBehalfOf: ['zoe'], expiresAt: '2026-11-23T00:00:00Z' });
    const { request, text } = newSubmission(body, submitter, door, clearedOf(body.reason));
    expect(request).toEqual({
      ...body,
      ...submitter,
      id: EXAMPLE_ID,
      submittedAt: door.submittedAt,
      policyRevision: 7,
      redactions: [],
      contentHash: contentHash({
        action: body.action,
        environment: body.environment,
        target: body.target ?? {},
        parameters: body.parameters ?? {},
      }),
    });
    expect(JSON.parse(text)).toEqual(request);
  });

  it('fills what was left out', () => {
    const { request } = newSubmission(
      exampleBody({ target: undefined, parameters: undefined }),
      submitter,
      door,
      clearedOf(''),
    );
    expect(request).toMatchObject({ target: {}, parameters: {}, onBehalfOf: [] });
    expect(request).not.toHaveProperty('expiresAt');
  });

  const bodyHash = (body = exampleBody(), at = door): string =>
    newSubmission(body, submitter, at, clearedOf(body.reason)).bodyHash;

  it('is the same body in whatever order its members come, whenever it comes', () => {
    const turned = exampleBody({ target: { region: 'eu-west', service: 'checkout' } });
    expect(bodyHash(turned)).toBe(bodyHash());
    expect(
      bodyHash(exampleBody(), { ...door, submittedAt: '2026-12-01T00:00:00.000Z', policyRevision: 8 }),
    ).toBe(bodyHash());
  });

  it.each([
    { action: 'deploy_ci' },
    { environment: 'staging' },
    { riskLevel: 'low' as const },
    { target: {} },
    { parameters: { version: '4.2.1', replicas: 3 } },
    { reason: 'Another reason' },
    { onBehalfOf: ['zoe'] },
    { expiresAt: '2026-11-23T00:00:00Z' },
  ])('is another body with %j', (change) => {
    expect(bodyHash(exampleBody(change))).not.toBe(bodyHash());
  });
});

describe("a producer's own id of a request", () => {
  it.each(['x', 'deploy 42/é', 'k'.repeat(200)])('may be %s', (key) => expect(keyFault(key)).toBeUndefined());
  it.each(['', 'k'.repeat(201), 'a\nb', 'a\0', '\ud800', '\ufffd'])('may not be %j', (key) =>
    expect(keyFault(key)).toEqual(expect.any(String)),
  );
});

describe('a trace context', () => {
  const valid = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  it('goes along when it is valid', () => expect(traceParent(valid)).toBe(valid));
  it.each([
    undefined,
    '',
    [valid, valid],
    valid.replace('00-4', '01-4'),
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `${valid}-x`,
  ])('is ignored when it is %j', (given) => expect(traceParent(given)).toBeUndefined());
});
