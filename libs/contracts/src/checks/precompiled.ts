import { type ValidateFunction } from 'ajv';

/**
 * Checks that were compiled while the services were bundled, by {@link checkName}: `tools/build/precompiled-checks.mjs`
 * puts them here. Without a bundle there are none.
 */
export const precompiled: Readonly<Record<string, ValidateFunction>> = {};
