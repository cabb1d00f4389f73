import { ServiceConfig } from '@tollgate/runtime';

/** What the guardrail reads from the environment: nothing but what every service reads. */
export class GuardrailConfig extends ServiceConfig {}
