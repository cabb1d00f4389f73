import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { RequestLimits } from './request-limits.js';

/** Limits the calls of one address as pages, for `@UseGuards` where it is not known who calls before more was done. */
@Injectable()
export class PageLimitGuard implements CanActivate {
  constructor(private readonly limits: RequestLimits) {}

  /** @throws Problem 429 with `Retry-After` */
  canActivate(context: ExecutionContext): true {
    this.limits.fromAddress('pages', context.switchToHttp().getRequest<FastifyRequest>().ip);
    return true;
  }
}
