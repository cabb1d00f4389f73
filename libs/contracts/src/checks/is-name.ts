import { IsString, Matches } from 'class-validator';

/** Names of actions, environments, roles, persons, rules: what may stand in a policy and in a request. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.@:/-]{0,199}$/;

/** What a name is, for people who gave something else. */
export const NAME_RULE =
  'must start with a letter or digit and hold only letters, digits and _ . @ : / -, at most 200 in all';

/** Property decorator: a name, or with `each` a list of names. */
export function IsName(options: { readonly each?: boolean } = {}): PropertyDecorator {
  const checks = [
    IsString(options),
    Matches(NAME_PATTERN, { ...options, message: `$property ${NAME_RULE}` }),
  ];
  return (target, property) => {
    for (const check of checks) check(target, property);
  };
}
