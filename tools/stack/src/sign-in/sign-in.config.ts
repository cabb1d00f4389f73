/** The provider of the local stack was not told what it needs. */
export class SignInSettingsError extends Error {
  override readonly name = 'SignInSettingsError';
}

/** What the provider of the local stack is told. */
export interface SignInSettings {
  readonly port: number;
  readonly host?: string;
  readonly publicUrl?: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecretFile: string;
  readonly returnUrl: string;
  readonly keyFile: string;
  readonly directoryFile: string;
  readonly contactsFile: string;
}

/**
 * Reads the settings of the provider from the environment.
 * @throws SignInSettingsError that names what is missing
 */
export function signInConfig(environment: NodeJS.ProcessEnv): SignInSettings {
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const required = (name: string): string => {
    const value = given(name);
    if (value === undefined) throw new SignInSettingsError(`${name} is not set`);
    return value;
  };
  return {
    port: Number(required('PORT')),
    host: given('HOST'),
    publicUrl: given('PUBLIC_URL'),
    issuer: required('ISSUER'),
    clientId: required('CLIENT_ID'),
    clientSecretFile: required('CLIENT_SECRET_FILE'),
    returnUrl: required('RETURN_URL'),
    keyFile: required('KEY_FILE'),
    directoryFile: required('DIRECTORY_FILE'),
    contactsFile: required('CONTACTS_FILE'),
  };
}
