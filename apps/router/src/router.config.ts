import { ServiceConfig } from '@tollgate/runtime';

/** What the router reads from the environment: nothing but what every service reads. */
export class RouterConfig extends ServiceConfig {}
