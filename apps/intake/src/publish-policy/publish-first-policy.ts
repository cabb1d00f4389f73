import { type OutboxRelay, type Publish } from '@tollgate/messaging';
import { compile } from '@tollgate/policy';
import { type Logger } from '@tollgate/runtime';
import { type EntityManager } from 'typeorm';
import { type PolicyDocuments, PolicyFilesError } from './policy-files.js';
import { lockPolicy, publishRevision } from './policy-revision.js';

/** What the first publication needs. */
export interface FirstPolicySettings {
  readonly relay: OutboxRelay;
  readonly logger: Logger;
  /** Reads the policy files. @throws PolicyFilesError */
  readonly readFiles: () => Promise<PolicyDocuments>;
  /** ISO 8601, UTC. */
  readonly now: () => string;
}

const FIRST_REVISION = 1;

async function publishFirst(
  tx: EntityManager,
  publish: Publish,
  { documentHash, policy, directory }: PolicyDocuments,
  at: string,
): Promise<void> {
  compile({ revision: FIRST_REVISION, policy, directory });
  await publishRevision(tx, publish, {
    revision: FIRST_REVISION,
    documentHash,
    policy: JSON.stringify(policy),
    directory: JSON.stringify(directory),
    origin: 'first-start',
    publishedAt: at,
  });
}

/** The files only matter once; afterwards it is worth knowing that they say something else. */
async function compareFiles(
  ruling: { revision: number; document_hash: string },
  settings: FirstPolicySettings,
): Promise<void> {
  const { logger, readFiles } = settings;
  const { revision } = ruling;
  const difference = await readFiles().then(
    ({ documentHash }) =>
      documentHash === ruling.document_hash ? undefined : 'they differ from the ruling revision',
    (error: unknown) => {
      if (error instanceof PolicyFilesError) return error.message;
      throw error;
    },
  );
  if (difference === undefined) return;
  logger.warn(
    { revision, difference },
    'POLICY_FILE and DIRECTORY_FILE are not in force: the published revision rules',
  );
}

/**
 * Makes the policy files revision 1 when nothing was ever published: the table, which knows what the topic knows by now, is
 * empty. Otherwise the files change nothing, and a difference is logged. Several intakes that start at once publish once.
 * @throws PolicyFilesError when the files of a first start have faults
 */
export async function publishFirstPolicy(settings: FirstPolicySettings): Promise<void> {
  const { relay, logger, readFiles, now } = settings;
  const ruling = await relay.transaction(async (tx, publish) => {
    // Intakes that start at the same time queue here.
    await lockPolicy(tx);
    const [found]: { revision: number; document_hash: string }[] = await tx.query(
      'SELECT revision, document_hash FROM policy_revision ORDER BY revision DESC LIMIT 1',
    );
    if (found !== undefined) return found;
    const documents = await readFiles();
    await publishFirst(tx, publish, documents, now());
    logger.info(
      { revision: FIRST_REVISION, documentHash: documents.documentHash },
      'the policy files become the first revision',
    );
    return undefined;
  });
  if (ruling !== undefined) await compareFiles(ruling, settings);
}
