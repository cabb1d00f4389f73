import { type Right } from '@tollgate/contracts';
import kafkajs, { type AclEntry } from 'kafkajs';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';

// The enums of kafkajs come by its default export alone.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const OPERATIONS = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  create: AclOperationTypes.CREATE,
  delete: AclOperationTypes.DELETE,
  describe: AclOperationTypes.DESCRIBE,
  'describe-configs': AclOperationTypes.DESCRIBE_CONFIGS,
} as const;
const RESOURCES = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP } as const;
const ANY_HOST = '*';
const EVERYTHING = '*';

/** A user, as rules of access name them. */
export const principalOf = (user: string): string => `User:${user}`;

/**
 * The broker's rules that follow from rights.
 * @param user physical name
 */
export const aclEntries = (connection: KafkaConnection, user: string, rights: readonly Right[]): AclEntry[] =>
  rights.flatMap(({ resource, name, match, operations }) => {
    const physical = physicalName(connection, name);
    // No rule can be for the prefix of no letters.
    const isEverything = match === 'prefix' && physical === '';
    return operations.map((operation) => ({
      resourceType: RESOURCES[resource],
      resourceName: isEverything ? EVERYTHING : physical,
      resourcePatternType:
        match === 'prefix' && !isEverything ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
      principal: principalOf(user),
      host: ANY_HOST,
      operation: OPERATIONS[operation],
      permissionType: AclPermissionTypes.ALLOW,
    }));
  });

/** The same text for the same rule. */
export const textOf = (entry: AclEntry): string =>
  JSON.stringify([
    entry.resourceType,
    entry.resourcePatternType,
    entry.resourceName,
    entry.principal,
    entry.host,
    entry.operation,
    entry.permissionType,
  ]);
