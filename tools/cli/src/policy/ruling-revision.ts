import { type JsonObject } from '@tollgate/contracts';
import { compile, PolicyInvalidError } from '@tollgate/policy';
import { plainToInstance } from 'class-transformer';
import { IsInt, IsString, Min, validateSync } from 'class-validator';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { EXIT_CODE } from '../exit-code.js';
import { type PolicySource } from './policy-files.js';

class RevisionHead {
  @IsInt() @Min(1) revision!: number;
  @IsString() documentHash!: string;
}

interface RevisionAnswer extends RevisionHead {
  readonly policy: JsonObject;
  readonly directory: JsonObject;
}

const invalid = (field: string): CommandError =>
  new CommandError(`intake answered a policy revision whose "${field}" is not valid`, EXIT_CODE.failure);

function parseRevision(body: unknown): RevisionAnswer {
  if (!isJsonObject(body)) {
    throw new CommandError('intake answered something that is no policy revision', EXIT_CODE.failure);
  }
  // The documents can be large, and are checked when they are compiled.
  const { policy, directory, revision, documentHash } = body;
  if (!isJsonObject(policy)) throw invalid('policy');
  if (!isJsonObject(directory)) throw invalid('directory');
  const head = plainToInstance(RevisionHead, { revision, documentHash });
  const [fault] = validateSync(head, { stopAtFirstError: true });
  if (fault !== undefined) throw invalid(fault.property);
  return { ...head, policy, directory };
}

/**
 * The revision that rules, asked from intake.
 * @param key any API key
 * @throws CommandError when intake does not answer, or answers what this version does not understand
 */
export async function readRulingRevision(
  { settings, interrupted }: CommandContext,
  key: string,
): Promise<PolicySource> {
  const { revision, policy, directory, documentHash } = parseRevision(
    await callService({
      service: 'intake',
      url: `${settings.intakeUrl}/v1/policy`,
      key,
      signal: interrupted,
    }),
  );
  try {
    const compiled = compile({ revision, policy, directory });
    return { name: `revision ${revision}`, revision, policy, directory, documentHash, compiled };
  } catch (error) {
    if (!(error instanceof PolicyInvalidError)) throw error;
    throw new CommandError(
      `Revision ${revision}, which rules, is not understood by this version of tollgate: ${error.message}`,
      EXIT_CODE.failure,
      undefined,
      { cause: error },
    );
  }
}
