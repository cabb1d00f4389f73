import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { bearerToken, forbidden, sha256Hex, unauthenticated } from '@tollgate/runtime';
import { type FastifyRequest } from 'fastify';
import { type Reader, type ReaderScope } from './reader.js';
import { Readers } from './readers.js';

const SCOPE = 'ledger-scope';

/** Which scope a call needs; `ledger:read` where nothing is said. */
export const NeedsScope = (scope: ReaderScope): MethodDecorator & ClassDecorator => SetMetadata(SCOPE, scope);

const readers = new WeakMap<FastifyRequest['raw'], Reader>();

/** Who makes the call, once {@link ReaderGuard} has let it in. */
export function readerOf({ raw }: Pick<FastifyRequest, 'raw'>): Reader {
  const reader = readers.get(raw);
  if (reader === undefined) throw new Error('the call was not let in by the guard of readers');
  return reader;
}

/** Lets in who holds a key of the ledger that opens what is called. */
@Injectable()
export class ReaderGuard implements CanActivate {
  constructor(
    private readonly known: Readers,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Problem 401, or 403 without the scope */
  canActivate(context: ExecutionContext): boolean {
    const { headers, raw } = context.switchToHttp().getRequest<FastifyRequest>();
    const reader = this.known.find(sha256Hex(bearerToken(headers.authorization)));
    if (reader === undefined) throw unauthenticated('The key is not known.');
    const scope =
      this.reflector.getAllAndOverride<ReaderScope | undefined>(SCOPE, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'ledger:read';
    if (!reader.scopes.has(scope)) throw forbidden(`This needs a key with the scope ${scope}.`);
    readers.set(raw, reader);
    return true;
  }
}
