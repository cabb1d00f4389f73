import { OutboxRelay } from '@tollgate/messaging';
import { CreateTables1763800000000 } from './create-tables.js';
import { GrantOutbox1763800000001 } from './grant-outbox.js';
import { IndexReviews1764340000000 } from './index-reviews.js';
import { KeepProposals1763800000003 } from './keep-proposals.js';
import { MarkRepairs1764350000000 } from './mark-repairs.js';
import { PlainStages1763800000002 } from './plain-stages.js';
import { RedeemReleases1764300000000 } from './redeem-releases.js';
import { TellProducers1764330000000 } from './tell-producers.js';

/** Every migration of intake's database; the mapper runs them in the order of the numbers in their names. */
export const migrations: (new () => object)[] = [
  ...OutboxRelay.migrations,
  CreateTables1763800000000,
  GrantOutbox1763800000001,
  PlainStages1763800000002,
  KeepProposals1763800000003,
  RedeemReleases1764300000000,
  TellProducers1764330000000,
  IndexReviews1764340000000,
  MarkRepairs1764350000000,
];
