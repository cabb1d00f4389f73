import { type Provider, type Type } from '@nestjs/common';
import { type LanesLogger } from '@tollgate/messaging';
import { type DataSource } from 'typeorm';
import { type PageAsset } from '@tollgate/pages';
import { type RequestLimits } from '../rate-limit/request-limits.js';
import { type ViewValues } from '../review-page/view-values.js';
import { type Sessions } from '../sign-in/sessions.js';
import { AbsenceController, AbsenceSettings } from './absence.controller.js';
import { InboxDoor } from './inbox-door.js';
import { INBOX_SCRIPT } from './inbox-page.js';
import { InboxReviewController } from './inbox-review.controller.js';
import { InboxController } from './inbox.controller.js';
import { ReadInbox } from './read-inbox.js';
import { SeveralController, SeveralSettings } from './several.controller.js';

/** What the inbox is made from. */
export interface InboxSurroundings {
  readonly dataSource: DataSource;
  readonly sessions: Sessions;
  readonly views: ViewValues;
  readonly limits: RequestLimits;
  /** The origin of this service, as browsers see it. */
  readonly origin: string;
  /** How long ago a recent sign-in may be, in milliseconds. */
  readonly recentMs: number;
  readonly logger: LanesLogger;
}

/** The parts of the inbox, for the composition root. */
export function inboxParts(surroundings: InboxSurroundings): {
  readonly controllers: Type[];
  readonly assets: readonly PageAsset[];
  readonly providers: Provider[];
} {
  const { dataSource, views, limits, recentMs, logger } = surroundings;
  const severalSettings: SeveralSettings = { dataSource, views, limits, recentMs, logger };
  const absenceSettings: AbsenceSettings = { dataSource, now: Date.now };
  return {
    controllers: [InboxController, SeveralController, InboxReviewController, AbsenceController],
    assets: [INBOX_SCRIPT],
    providers: [
      { provide: InboxDoor, useValue: new InboxDoor(surroundings) },
      { provide: ReadInbox, useValue: new ReadInbox(dataSource) },
      { provide: SeveralSettings, useValue: severalSettings },
      { provide: AbsenceSettings, useValue: absenceSettings },
    ],
  };
}
