import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { isTransientDatabaseError } from '@tollgate/persistence';
import { type FastifyReply } from 'fastify';
import { throwError } from 'rxjs';
import { type Logger } from './logger.js';
import { Problem, PROBLEM_CONTENT_TYPE, unavailable } from './problem.js';

const title = (status: number): [slug: string, title: string] => {
  switch (status) {
    case 400:
      return ['malformed', 'The request cannot be read'];
    case 404:
      return ['not-found', 'Not found'];
    case 405:
      return ['method-not-allowed', 'The method is not allowed here'];
    case 413:
      return ['too-large', 'The body is too large'];
    case 415:
      return ['unsupported-media-type', 'The content type is not understood'];
    default:
      return ['refused', 'The request was refused'];
  }
};

const ownStatus = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  if (
    error !== null &&
    typeof error === 'object' &&
    'statusCode' in error &&
    typeof error.statusCode === 'number'
  ) {
    return error.statusCode;
  }
  return undefined;
};

/** The problem that an error is, for the caller; an unforeseen one says nothing of itself. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isTransientDatabaseError(error)) return unavailable('The database does not answer; try again.');
  const status = ownStatus(error);
  if (status !== undefined && status >= 400 && status < 500) {
    return new Problem(status, ...title(status), {
      detail: error instanceof Error ? error.message : 'refused',
    });
  }
  return new Problem(500, 'internal', 'Something went wrong here', {
    detail: 'The fault is on this side and in its log; nothing was changed unless you were told so.',
  });
}

/** Answers with a problem document (RFC 9457). */
export function sendProblem(reply: Pick<FastifyReply, 'code' | 'headers' | 'send'>, problem: Problem): void {
  void reply.code(problem.status);
  void reply.headers({
    ...problem.details.headers,
    'content-type': PROBLEM_CONTENT_TYPE,
    'cache-control': 'no-store',
  });
  void reply.send(JSON.stringify(problem.toDocument()));
}

/**
 * Every refusal over HTTP is a problem document (RFC 9457). Errors of event handlers pass through untouched: the
 * lanes decide on those.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') return throwError(() => error);
    const problem = problemOf(error);
    if (problem.status >= 500) this.logger.error({ err: error, status: problem.status }, problem.title);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (!reply.sent) sendProblem(reply, problem);
    return undefined;
  }
}
