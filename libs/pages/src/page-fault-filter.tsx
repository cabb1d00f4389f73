import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type LanesLogger } from '@tollgate/messaging';
import { type Problem, problemOf } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { type Page, pageFrame } from './page-frame.js';
import { sendPage } from './send-page.js';

/** Where the faults of pages are written down. */
export abstract class PageFaultLog {
  abstract readonly logger: LanesLogger;
}

const isOurs = ({ status }: Problem): boolean => status >= 500;

/** The page for a refusal that has no page of its own. */
export const problemPage = (problem: Problem): Page =>
  pageFrame(
    problem.title,
    <>
      <p class="notice bad" role="alert">
        {problem.message}
      </p>
      <p>
        {isOurs(problem)
          ? 'If you sent something, it is not certain whether it was taken: open the page again in a moment, it says what is on record.'
          : 'Go back, or open the page again.'}
      </p>
    </>,
  );

/** Answers whoever looks at a page with a page also where something fails; for `@UseFilters` on each page's controller. */
@Catch()
export class PageFaultFilter implements ExceptionFilter {
  constructor(private readonly log: PageFaultLog) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const problem = problemOf(error);
    if (isOurs(problem)) this.log.logger.error({ err: error, status: problem.status }, problem.title);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (!reply.sent) await sendPage(reply, problem.status, problemPage(problem), problem.details.headers);
  }
}
