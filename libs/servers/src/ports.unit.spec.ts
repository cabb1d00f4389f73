import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { claimPort, freePort, LOCAL_HOST, PortInUseError } from './ports.js';

const listen = (port: number, host: string) =>
  new Promise<Server>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
const close = (server: Server) => new Promise((resolve) => server.close(resolve));

describe('a port', () => {
  it.each([LOCAL_HOST, '0.0.0.0'])(
    'in use on %s is named, with the setting that changes it',
    async (host) => {
      const port = await freePort();
      const server = await listen(port, host);
      try {
        const refused = claimPort('Kafka', port, 'KAFKA_PORT');
        await expect(refused).rejects.toThrow(PortInUseError);
        await expect(refused).rejects.toThrow(`Port ${port}, which Kafka is to use, is taken`);
        await expect(refused).rejects.toThrow(`KAFKA_PORT=${port + 1}`);
      } finally {
        await close(server);
      }
    },
  );

  it('that is free is taken as asked', async () => {
    const port = await freePort();
    await expect(claimPort('Kafka', port, 'KAFKA_PORT')).resolves.toBe(port);
  });

  it('is given to nobody else, also before it is listened on', async () => {
    const from = await freePort();
    // As far as others leave them: what is certain is that no port comes twice.
    const ports: number[] = [];
    await expect(
      (async () => {
        for (;;) ports.push(await freePort(from, from + 4));
      })(),
    ).rejects.toThrow('No free port');
    expect(ports).not.toContain(from);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('may be any, and can be listened on then', async () => {
    const port = await claimPort('Kafka', 0, 'KAFKA_PORT');
    expect(port).toBeGreaterThan(1024);
    await close(await listen(port, LOCAL_HOST));
  });

  describe('of a process with a range of its own', () => {
    const before = process.env['TOLLGATE_FREE_PORTS'];
    afterEach(() => {
      if (before === undefined) delete process.env['TOLLGATE_FREE_PORTS'];
      else process.env['TOLLGATE_FREE_PORTS'] = before;
    });

    it('is taken from there', async () => {
      const from = await freePort();
      process.env['TOLLGATE_FREE_PORTS'] = `${from + 1}-${from + 51}`;
      const port = await freePort();
      expect(port).toBeGreaterThan(from);
      expect(port).toBeLessThan(from + 51);
    });

    it.each(['15000', '16000-15000', 'any'])('is not given for %s, which is no range', async (range) => {
      process.env['TOLLGATE_FREE_PORTS'] = range;
      await expect(freePort()).rejects.toThrow(`TOLLGATE_FREE_PORTS is ${range}`);
    });
  });

  it('without the right to use it fails as it is, not as taken', async () => {
    await expect(claimPort('Kafka', 70_000, 'KAFKA_PORT')).rejects.not.toThrow(PortInUseError);
  });
});
