import { type DynamicModule } from '@nestjs/common';
import { compile } from '@tollgate/policy';
import { followPolicy, type PolicyFollower, PolicyRevisions } from '@tollgate/runtime';
import { ResolveRouteHandler } from './resolve-route/resolve-route.handler.js';

class RouterModule {}

/** The router: who decides? It keeps no state but the policy revisions that it has read. */
export async function routerModule(parts: PolicyFollower): Promise<DynamicModule> {
  const revisions = await followPolicy(parts, compile);
  return {
    module: RouterModule,
    controllers: [ResolveRouteHandler],
    providers: [{ provide: PolicyRevisions, useValue: revisions }],
  };
}
