import { OutboxRelay } from '@tollgate/messaging';
import { AddElectorate1764100000000 } from './add-electorate.migration.js';
import { CreateApprovals1764000000000 } from './create-approvals.migration.js';

/** Every migration of the notifier's database, oldest first. */
export const NOTIFIER_MIGRATIONS: (new () => object)[] = [
  ...OutboxRelay.migrations,
  CreateApprovals1764000000000,
  AddElectorate1764100000000,
];
