import { IsString, Matches } from 'class-validator';

/** Property decorator: a SHA-256 as 64 lower-case hexadecimal digits. */
export function IsSha256(): PropertyDecorator {
  const checks = [
    IsString(),
    Matches(/^[0-9a-f]{64}$/, {
      message: '$property must be a SHA-256: 64 hexadecimal digits in lower case',
    }),
  ];
  return (target, property) => {
    for (const check of checks) check(target, property);
  };
}
