import { Problem } from '@tollgate/runtime';
import { type Detection } from '@tollgate/secrets';

/** The cause of a refusal, in problems and in `request.rejected`. */
export const SECRET_DETECTED = 'secret-detected';

/** What is wrong, for people. */
export const secretDetail = (rule: string): string =>
  `looks like a secret (rule ${rule}); send a reference to it instead. Where it is none, the policy can allow it (secrets.allow)`;

/** How a body with secrets is refused, of a request or of policy documents. No value is repeated. */
export const secretsDetected = (what: 'request' | 'documents', detections: readonly Detection[]): Problem =>
  new Problem(422, SECRET_DETECTED, `There is a secret in the ${what}`, {
    detail:
      'Nothing was kept of it. A secret that was sent anywhere by mistake should be changed. See errors.',
    faults: detections.map(({ rule, pointer }) => ({ pointer, detail: secretDetail(rule), rule })),
  });

/** How a secret in the place of a producer's own id is refused. */
export const secretKey = (rule: string): Problem =>
  new Problem(422, SECRET_DETECTED, 'There is a secret in the request', {
    detail: `The header Idempotency-Key ${secretDetail(rule)}.`,
    extra: { header: 'Idempotency-Key', rule },
  });
