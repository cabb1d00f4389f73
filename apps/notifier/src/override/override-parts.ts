import { type Provider, type Type } from '@nestjs/common';
import { PageRefusals } from '../page/page-refusals.js';
import { ReviewDesk } from '../review-page/review-desk.js';
import { ReviewSettings } from '../review-page/review-settings.js';
import { InboxOverrideController } from './inbox-override.controller.js';
import { OverrideDesk } from './override-desk.js';
import { OverrideGuardrails, type OverrideGuardrailsParts } from './override-guardrails.js';
import { OverridesController } from './overrides.controller.js';
import { ReviewOverrideController } from './review-override.controller.js';

/** Overrides of guardrails, for the composition root. */
export const overrideParts = (
  parts: OverrideGuardrailsParts,
): { readonly controllers: Type[]; readonly providers: Provider[] } => ({
  controllers: [OverridesController, ReviewOverrideController, InboxOverrideController],
  providers: [
    { provide: OverrideGuardrails, useValue: new OverrideGuardrails(parts) },
    {
      provide: OverrideDesk,
      inject: [OverrideGuardrails, ReviewDesk, PageRefusals, ReviewSettings],
      useFactory: (...given: ConstructorParameters<typeof OverrideDesk>) => new OverrideDesk(...given),
    },
  ],
});
