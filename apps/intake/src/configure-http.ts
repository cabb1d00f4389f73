import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from '@tollgate/runtime';

/** The largest body of a call, in bytes. */
export const BODY_LIMIT = 256 * 1024;

/** Bodies stay bytes: each call reads its own, strictly. Forms, which the framework would take, are not understood here. */
export function configureHttp(app: NestFastifyApplication): void {
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
