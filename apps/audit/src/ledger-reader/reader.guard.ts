import { timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { bearerToken, sha256Hex, unauthenticated } from '@tollgate/runtime';
import { type FastifyRequest } from 'fastify';

/** The SHA-256 (hex) of the key that opens the ledger. */
export class ReaderKey {
  constructor(readonly sha256: string) {}
}

/** Lets in who holds the key of the ledger's readers. */
@Injectable()
export class ReaderGuard implements CanActivate {
  constructor(private readonly key: ReaderKey) {}

  /** @throws Problem 401 */
  canActivate(context: ExecutionContext): boolean {
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const given = Buffer.from(sha256Hex(bearerToken(authorization)));
    if (!timingSafeEqual(given, Buffer.from(this.key.sha256))) throw unauthenticated('The key is not known.');
    return true;
  }
}
