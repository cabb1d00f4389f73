import { type DynamicModule } from '@nestjs/common';
import { compile, type CompiledPolicy } from '@tollgate/policy';
import { PolicyRevisions, type ServiceParts } from '@tollgate/runtime';
import { ResolveRouteHandler } from './resolve-route/resolve-route.handler.js';
import { type RouterConfig } from './router.config.js';

class RouterModule {}

/** What the router needs of the process that it runs in. */
export type RouterParts = Pick<
  ServiceParts<RouterConfig>,
  'connection' | 'lanes' | 'logger' | 'health' | 'onStop'
>;

/** The router: who decides? It keeps no state but the policy revisions that it has read. */
export async function routerModule({
  connection,
  lanes,
  logger,
  health,
  onStop,
}: RouterParts): Promise<DynamicModule> {
  const revisions = new PolicyRevisions<CompiledPolicy>({
    connection,
    logger,
    compile,
    setAside: (record, reason) => lanes.setAside(record, reason),
  });
  onStop(() => revisions.stop());
  health.add('policy', () => revisions.health());
  await revisions.start();
  return {
    module: RouterModule,
    controllers: [ResolveRouteHandler],
    providers: [{ provide: PolicyRevisions, useValue: revisions }],
  };
}
