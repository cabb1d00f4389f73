import 'reflect-metadata';

export { type CliParts, runCli } from './run-cli.js';
export { EXIT_CODE, type ExitCode } from './exit-code.js';
export { signPersonToken, type PersonToken } from './development/sign-person-token.js';
