import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from '@tollgate/runtime';
import { Credentials } from './credentials/credentials.js';
import { MAX_DOCUMENTS_BYTES } from './policy-check/policy-job.js';

/** The largest body of a call, in bytes. */
export const BODY_LIMIT = 256 * 1024;

/** The largest body of a call that brings policy documents, in bytes: the documents, and what is said of them. */
export const POLICY_BODY_LIMIT = MAX_DOCUMENTS_BYTES + 64 * 1024;
const POLICY_PATHS: readonly string[] = ['/v1/policy', '/v1/policy/recover'];

/** Only where the key is known is so much read at all. */
function takePolicyBodies(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (!POLICY_PATHS.includes(route.url) || ![route.method].flat().includes('POST')) return;
      route.bodyLimit = POLICY_BODY_LIMIT;
      route.onRequest = async ({ headers }) => {
        await app.get(Credentials, { strict: false }).authenticate(headers.authorization);
      };
    });
}

/** Bodies stay bytes: each call reads its own, strictly. Forms, which the framework would take, are not understood here. */
export function configureHttp(app: NestFastifyApplication): void {
  takePolicyBodies(app);
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, body),
  );
  app.useBodyParser(
    'application/x-www-form-urlencoded',
    { bodyLimit: BODY_LIMIT },
    (_request, _body, done) => {
      done(
        new Problem(415, 'unsupported-media-type', 'The content type is not understood', {
          detail: 'Send a JSON body with content-type: application/json.',
        }),
      );
    },
  );
}
