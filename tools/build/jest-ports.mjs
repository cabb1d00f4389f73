/** Runs in Jest's sandbox before each spec file: gives each worker ports of its own. */
import { testPorts } from './test-ports.mjs';

process.env.TOLLGATE_FREE_PORTS = testPorts(Number(process.env.JEST_WORKER_ID ?? 1));
