import { type Right } from '@tollgate/contracts';
import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { withAdmin } from '../topics/with-admin.js';
import { AccessRefusedError } from './access-refused-error.js';
import { aclEntries, principalOf, textOf } from './acl-entries.js';
import { putUsers, removeUsers } from './alter-users.js';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** Somebody who is to be let in at the broker. */
export interface KafkaAccount {
  /** Logical name. */
  readonly user: string;
  /** ASCII. */
  readonly password: string;
  /** Everything that they may do. */
  readonly rights: readonly Right[];
}

/** Every rule for a user. */
async function rulesOf(admin: Admin, user: string): Promise<AclEntry[]> {
  const { resources } = await admin.describeAcls({
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    principal: principalOf(user),
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
  });
  return resources.flatMap(({ acls, ...resource }) => acls.map((acl) => ({ ...resource, ...acl })));
}

/** Makes the rules for a user those that are wanted, and takes away all others. */
async function changeRules(admin: Admin, user: string, wanted: readonly AclEntry[]): Promise<void> {
  const existing = await rulesOf(admin, user);
  const has = new Set(existing.map(textOf));
  const wants = new Set(wanted.map(textOf));
  const missing = wanted.filter((entry) => !has.has(textOf(entry)));
  const surplus = existing.filter((entry) => !wants.has(textOf(entry)));
  if (missing.length > 0) await admin.createAcls({ acl: missing });
  if (surplus.length > 0) await admin.deleteAcls({ filters: surplus });
}

async function refusalInWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof kafkajs.KafkaJSProtocolError && error.type === 'SECURITY_DISABLED')
      throw new AccessRefusedError(
        'the broker lets everybody do everything: it needs an authorizer (authorizer.class.name) before users have rights',
        { cause: error },
      );
    throw error;
  }
}

/**
 * Makes users at the broker (SCRAM-SHA-512) with exactly these rights: a user that exists gets this password, and
 * loses the rights that are not named.
 * @param connection of an administrator of the broker
 * @throws AccessRefusedError where the broker refuses, an error of the client where it does not answer
 */
export async function grantAccess(
  connection: KafkaConnection,
  accounts: readonly KafkaAccount[],
): Promise<void> {
  const named = accounts.map(({ user, password, rights }) => {
    const name = physicalName(connection, user);
    return { name, password, wanted: aclEntries(connection, name, rights) };
  });
  await Promise.all([
    putUsers(connection, named),
    refusalInWords(
      withAdmin(connection, async (admin) => {
        await Promise.all(named.map(({ name, wanted }) => changeRules(admin, name, wanted)));
      }),
    ),
  ]);
}

/**
 * Removes users and all their rights; those that do not exist are no fault. Rights end at once, also for connections
 * that are open.
 * @param connection of an administrator of the broker
 * @param users logical names
 * @throws as `grantAccess`
 */
export async function revokeAccess(connection: KafkaConnection, users: readonly string[]): Promise<void> {
  const names = users.map((user) => physicalName(connection, user));
  await refusalInWords(
    withAdmin(connection, async (admin) => {
      for (const name of names) await changeRules(admin, name, []);
    }),
  );
  await removeUsers(connection, names);
}
