/** A job of the system of containers was not told what it needs. */
export class ContainerSettingsError extends Error {
  override readonly name = 'ContainerSettingsError';
}

/** Reads settings of the jobs, each when it is needed: a job is given only its own. */
export interface ContainerSettings {
  /** The folder that the volumes with secrets are mounted in. */
  readonly folder: string;
  /** @throws ContainerSettingsError when the setting is not there */
  required(name: string): string;
}

/** @returns the settings of a job from its environment */
export function containerConfig(environment: NodeJS.ProcessEnv): ContainerSettings {
  const required = (name: string): string => {
    const value = environment[name]?.trim();
    if (value === undefined || value === '') throw new ContainerSettingsError(`${name} is not set`);
    return value;
  };
  return { folder: required('SECRETS_FOLDER'), required };
}
