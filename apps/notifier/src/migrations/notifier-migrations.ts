import { OutboxRelay } from '@tollgate/messaging';
import { AddBreakGlassMails1764340000000 } from './add-break-glass-mails.migration.js';
import { AddDelegations1764220000000 } from './add-delegations.migration.js';
import { AddElectorate1764100000000 } from './add-electorate.migration.js';
import { AddMailKinds1764200000000 } from './add-mail-kinds.migration.js';
import { AddSignIn1764210000000 } from './add-sign-in.migration.js';
import { AddVoteView1764230000000 } from './add-vote-view.migration.js';
import { CreateApprovals1764000000000 } from './create-approvals.migration.js';
import { AddInbox1764240000000 } from './add-inbox.migration.js';
import { AddOverrides1764300000000 } from './add-overrides.migration.js';
import { AddQuestionsAndWebhooks1764250000000 } from './add-questions-and-webhooks.migration.js';
import { MarkRepairs1764350000000 } from './mark-repairs.migration.js';

/** Every migration of the notifier's database, oldest first. */
export const NOTIFIER_MIGRATIONS: (new () => object)[] = [
  ...OutboxRelay.migrations,
  CreateApprovals1764000000000,
  AddElectorate1764100000000,
  AddMailKinds1764200000000,
  AddSignIn1764210000000,
  AddDelegations1764220000000,
  AddVoteView1764230000000,
  AddInbox1764240000000,
  AddQuestionsAndWebhooks1764250000000,
  AddOverrides1764300000000,
  AddBreakGlassMails1764340000000,
  MarkRepairs1764350000000,
];
