import { runService } from '@tollgate/runtime';
import { GuardrailConfig } from './guardrail.config.js';
import { guardrailModule } from './guardrail.module.js';

await runService({ service: 'guardrail', config: GuardrailConfig, module: guardrailModule });
