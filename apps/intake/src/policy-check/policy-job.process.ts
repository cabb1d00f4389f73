import 'reflect-metadata';
import { buffer } from 'node:stream/consumers';
import { deserialize, serialize } from 'node:v8';
import { doPolicyJob } from './policy-job.js';

// A process of its own for one job: it reads the job from its input, writes the answer to its output, and ends.
process.stdout.write(serialize(await doPolicyJob(deserialize(await buffer(process.stdin)))));
