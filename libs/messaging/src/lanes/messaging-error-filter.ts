import { Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Lets the errors of event handlers reach the lanes as they were thrown. Without it, Nest turns each into an answer
 * for a caller that an event does not have, and whether it was transient is lost.
 */
@Catch()
export class MessagingErrorFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
