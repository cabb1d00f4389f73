import { type ServiceName } from '@tollgate/contracts';
import { type DataFolder } from './data-folder.js';
import { type KeptServer } from './keep-running.js';
import { noteRunning, noteStopped } from './running-parts.js';
import { type StackPart } from './stack.js';
import { type RunningServer } from './start-servers.js';
import { type SupervisedService } from './supervised-service.js';

export type ServerName = 'kafka' | 'postgres' | 'mailbox' | 'sign-in';

/** Everything of a stack that runs at the moment, so that a failed start stops no less than a whole stack. */
export class RunningStack {
  readonly services = new Map<ServiceName, SupervisedService>();
  readonly servers = new Map<ServerName, KeptServer<RunningServer>>();

  constructor(readonly folder: DataFolder) {}

  /** The process of a part, or nothing while there is none. */
  pid(part: StackPart): number | undefined {
    if (part === 'kafka' || part === 'postgres' || part === 'mailbox' || part === 'sign-in')
      return this.servers.get(part)?.current().pid;
    return this.services.get(part)?.pid();
  }

  /** Leaves a note of all processes, for a next start that may find some of them still running. */
  note(): void {
    const parts = new Map<string, number>();
    for (const part of [...this.services.keys(), ...this.servers.keys()]) {
      const pid = this.pid(part);
      if (pid !== undefined) parts.set(part, pid);
    }
    noteRunning(this.folder, process.pid, parts);
  }

  /** @throws Error when it has not been started yet */
  service(name: ServiceName): SupervisedService {
    const service = this.services.get(name);
    if (service === undefined) throw new Error(`${name} has not been started.`);
    return service;
  }

  /** @throws Error when the stack has none */
  server(name: ServerName): KeptServer<RunningServer> {
    const server = this.servers.get(name);
    if (server === undefined) throw new Error(`${name} is no part of this stack.`);
    return server;
  }

  async stopServices(): Promise<void> {
    await Promise.all([...this.services.values()].map((service) => service.stop()));
  }

  /** Those who use others stop before what they use. */
  async stop(): Promise<void> {
    await this.stopServices();
    await Promise.all([
      this.servers.get('kafka')?.stop(),
      this.servers.get('mailbox')?.stop(),
      this.servers.get('sign-in')?.stop(),
    ]);
    await this.servers.get('postgres')?.stop();
    noteStopped(this.folder);
  }

  /** Ends everything with SIGKILL, at once. */
  async kill(): Promise<void> {
    await Promise.all([
      ...[...this.services.values()].map((service) => service.hold()),
      // A server that was given, or runs in a container, is no process of ours.
      ...[...this.servers.values()]
        .filter((server) => server.current().pid !== undefined)
        .map((server) => server.hold()),
    ]);
    noteStopped(this.folder);
  }
}
