import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Problem } from '@tollgate/runtime';
import { type FastifyRequest } from 'fastify';
import { catchError, from, map, mergeMap, type Observable } from 'rxjs';
import { readerOf } from '../ledger-reader/reader.guard.js';
import { ReadRecorder } from './read-recorder.js';

/** How many records an answer holds, for those that hold a list of them. */
function countIn(answer: unknown): number | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const list = 'events' in answer ? answer.events : 'records' in answer ? answer.records : undefined;
  return Array.isArray(list) ? list.length : undefined;
}

/**
 * Puts a read on record once its answer is known, and before it is given out; also one that found nothing. A query that
 * was refused as it stands has read nothing.
 */
@Injectable()
export class RecordedRead implements NestInterceptor {
  constructor(private readonly recorder: ReadRecorder) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const record = (count: number | undefined): Promise<void> =>
      this.recorder.record({ reader: readerOf(request), query: `GET ${request.url}`, count });
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!(error instanceof Problem) || error.status !== 404) throw error;
        return from(record(0)).pipe(
          map((): never => {
            throw error;
          }),
        );
      }),
      mergeMap(async (answer) => {
        await record(countIn(answer));
        return answer;
      }),
    );
  }
}
