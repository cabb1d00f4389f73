import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { waitUntil, workspaceFolder } from '@tollgate/servers';

/** The example of a receiver of webhooks, as a process of its own. */
export interface ExampleReceiver {
  /** What it has printed: a line for each message. */
  lines(): readonly string[];
  stop(): void;
}

const LISTENS_WITHIN_MS = 20_000;

/** Starts `examples/webhook-receiver.ts` as a user would. */
export async function startExampleReceiver({
  secret,
  port,
}: {
  secret: string;
  port: number;
}): Promise<ExampleReceiver> {
  const child = spawn(process.execPath, [join(workspaceFolder(), 'examples', 'webhook-receiver.ts')], {
    env: { PATH: process.env['PATH'], WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  await waitUntil('the receiver listens', () => err.includes('Listening.'), LISTENS_WITHIN_MS);
  return {
    lines: () => out.split('\n').filter((line) => line !== ''),
    stop: () => void child.kill('SIGTERM'),
  };
}
