export { type StackCredentials } from './credentials.js';
export { DEMO_PRODUCER } from './demo-producer.js';
export { ANY_PORTS, DEFAULT_PORTS, SERVICE_NAMES, type StackPorts } from './ports-of-stack.js';
export { StackRunningError } from './running-parts.js';
export { DEVELOPMENT_ISSUER } from './service-environment.js';
export { type RoleUrls } from './stack-databases.js';
export { type Stack, type StackOptions, type StackPart } from './stack.js';
export { startStack } from './start-stack.js';
export { ServiceNotReadyError } from './service-not-ready-error.js';
