import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';

/** The environment does not fit the configuration class. Names every fault; never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(
      `the configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
}

/** The environment variable of a property: `kafkaBrokers` is `KAFKA_BROKERS`. */
export const environmentName = (property: string): string =>
  property.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

const propertiesOf = (target: new () => object): string[] => [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(target, '', true, false)
      .map(({ propertyName }) => propertyName),
  ),
];

/**
 * Reads the environment into a configuration class, once, at boot.
 * @param target a class whose properties carry class-validator decorators; each is read from the variable named
 *   after it, converted to the property's type. An empty variable counts as not set; initial values are defaults.
 * @param environment names and values, usually `process.env`
 * @throws ConfigError with every fault at once
 */
export function loadConfig<T extends object>(
  target: new () => T,
  environment: Readonly<Record<string, string | undefined>>,
): T {
  const given: Record<string, string> = {};
  for (const property of propertiesOf(target)) {
    const value = environment[environmentName(property)];
    if (value !== undefined && value !== '') given[property] = value;
  }
  const config = plainToInstance(target, given, {
    enableImplicitConversion: true,
    exposeDefaultValues: true,
  });
  const faults = validateSync(config, { stopAtFirstError: true }).map(({ property, constraints = {} }) => {
    const name = environmentName(property);
    if (given[property] === undefined) return `${name} is not set`;
    return Object.values(constraints)
      .map((text) => text.replace(property, name))
      .join('; ');
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}
