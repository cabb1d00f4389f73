import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createDataSource, migrate } from '@tollgate/persistence';
import { createTestDatabase, type TestDatabase, waitUntil } from '@tollgate/servers';
import { Registry } from 'prom-client';
import { type DataSource } from 'typeorm';
import { type OutgoingRecord } from '../outgoing-record.js';
import { PermanentError } from '../permanent-error.js';
import { TransientError } from '../transient-error.js';
import { TestLogger } from '../testing/test-logger.js';
import { cleanOutbox } from './outbox-cleaning.js';
import { OutboxRelay } from './outbox-relay.js';
import { RelaySession } from './relay-session.js';

/** A way out that a test can close: then records wait, and go when it is opened. */
class Gate {
  readonly sent: OutgoingRecord[] = [];
  #opened: Promise<void> = Promise.resolve();
  open: () => void = () => undefined;

  close(): void {
    this.#opened = new Promise((resolve) => (this.open = resolve));
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    await this.#opened;
    this.sent.push(...records);
  }

  get values(): string[] {
    return this.sent.map(({ value }) => String(value));
  }
}

const record = (value: string): OutgoingRecord => ({
  topic: 'request.submitted',
  key: 'k',
  value,
  headers: { 'content-type': 'text/plain', bytes: Buffer.from([0, 255]) },
  partitionKey: 'p',
});

jest.setTimeout(60_000);

describe('the outbox', () => {
  let database: TestDatabase;
  const sources: DataSource[] = [];
  const relays: OutboxRelay[] = [];

  const openSource = async (): Promise<DataSource> => {
    const source = await createDataSource({
      url: database.url,
      poolSize: 5,
      applicationName: 'test',
    }).initialize();
    sources.push(source);
    return source;
  };
  const start = async (gate: Gate, source?: DataSource) => {
    const logger = new TestLogger();
    const dataSource = source ?? (await openSource());
    const relay = new OutboxRelay({ dataSource, sender: gate, logger, metrics: new Registry() });
    await relay.start();
    relays.push(relay);
    return { relay, dataSource, logger };
  };
  const publish = (relay: OutboxRelay, ...values: string[]) =>
    relay.transaction(async (_tx, out) => out(values.map(record)));
  /** Ends every connection of a data source, as when its process is killed. */
  const kill = async (source: DataSource) => {
    for (const client of clientsOf(source)) client.connection.stream.destroy();
  };
  const clientsOf = (source: DataSource) =>
    (source.driver as unknown as { master: { _clients: { connection: { stream: { destroy(): void } } }[] } })
      .master._clients;

  beforeAll(async () => {
    database = await createTestDatabase('outbox');
    await migrate({ url: database.url, migrations: [...OutboxRelay.migrations] });
  });
  // A relay that lives on would take over what the next test leaves behind.
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
    await sources[0]?.query('DELETE FROM outbox');
    await Promise.all(sources.splice(0).map((source) => source.destroy()));
  });
  afterAll(() => database.drop());

  it('sends what a transaction published right after the commit, as it was given', async () => {
    const gate = new Gate();
    const { relay } = await start(gate);
    const answer = await relay.transaction(async (tx, out) => {
      out([record('one')]);
      out([record('two')]);
      expect(gate.sent).toEqual([]);
      return (await tx.query('SELECT 7 AS seven')) as unknown;
    });
    expect(answer).toEqual([{ seven: 7 }]);
    await waitUntil('both are sent', () => gate.sent.length === 2, 5_000);
    expect(gate.values).toEqual(['one', 'two']);
    expect(gate.sent[0]).toEqual({ ...record('one'), value: Buffer.from('one') });
  });

  it('sends nothing of a transaction that failed, and goes on after it', async () => {
    const gate = new Gate();
    const { relay, dataSource } = await start(gate);
    const failing = relay.transaction(async (_tx, out) => {
      out([record('never')]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await publish(relay, 'after');
    await waitUntil('the next is sent', () => gate.sent.length > 0, 5_000);
    expect(gate.values).toEqual(['after']);
    await waitUntil(
      'the watermark has crossed the hole',
      async () => {
        const rows: { open: string }[] = await dataSource.query(
          `SELECT count(*) AS open FROM outbox o JOIN outbox_relay r USING (relay)
           WHERE seq > published_through AND value = 'after'::bytea`,
        );
        return rows[0]?.open === '0';
      },
      5_000,
    );
  });

  it('does not take a transaction for committed in which a statement failed unnoticed', async () => {
    const gate = new Gate();
    const { relay } = await start(gate);
    const swallowing = relay.transaction(async (tx) => {
      await tx.query('SELECT 1/0').catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('nothing was committed');
  });

  it('refuses a record that no broker would take, and commits nothing', async () => {
    const gate = new Gate();
    const { relay } = await start(gate);
    const tooLarge = publish(relay, 'x'.repeat(9 * 1024 * 1024));
    await expect(tooLarge).rejects.toBeInstanceOf(PermanentError);
    expect(gate.sent).toEqual([]);
  });

  it('is taken over by a living process when its own was killed before the send', async () => {
    const closed = new Gate();
    closed.close();
    const killed = await start(closed);
    await publish(killed.relay, 'left 1', 'left 2');
    await publish(killed.relay, 'left 3');
    await kill(killed.dataSource);

    const gate = new Gate();
    await start(gate);
    await waitUntil('the heir has sent them', () => gate.values.includes('left 3'), 15_000);
    expect(gate.values.filter((value) => value.startsWith('left'))).toEqual(['left 1', 'left 2', 'left 3']);
    expect(gate.sent[0]?.headers).toEqual(record('').headers);
    expect(gate.sent[0]?.partitionKey).toBe('p');
  });

  it('keeps every value to the byte: long, empty, binary, and none at all', async () => {
    const values = [
      Buffer.from('é'.repeat(5_000)),
      Buffer.alloc(0),
      null,
      Buffer.from([0, 1, 255, 0]),
      Buffer.from('last'),
    ];
    const closed = new Gate();
    closed.close();
    const killed = await start(closed);
    await killed.relay.transaction(async (_tx, out) =>
      out(values.map((value) => ({ ...record('x'), value }))),
    );
    await kill(killed.dataSource);
    const gate = new Gate();
    await start(gate);
    await waitUntil('all are read back', () => gate.sent.length >= values.length, 15_000);
    expect(gate.sent.map(({ value }) => value)).toEqual(values);
  });

  it('is left alone by others while its process lives, however slow the broker is', async () => {
    const closed = new Gate();
    closed.close();
    const slow = await start(closed);
    await publish(slow.relay, 'slow');
    const gate = new Gate();
    const heir = await start(gate);
    // The heir has looked once when a transaction of its own has gone out after a round of recovery.
    await publish(heir.relay, 'own');
    await waitUntil(
      'the heir has noted its own',
      async () => {
        const rows: unknown[] = await heir.dataSource.query(
          `SELECT FROM outbox o JOIN outbox_relay r USING (relay) WHERE value = 'own'::bytea AND seq <= published_through`,
        );
        return rows.length === 1;
      },
      5_000,
    );
    expect(gate.values).toEqual(['own']);
    closed.open();
    await waitUntil('the slow one has sent', () => closed.values.includes('slow'), 5_000);
  });

  /** Rows of a relay whose process is dead, as many seconds old. @returns its number */
  const leave = async (
    source: DataSource,
    seqs: number[],
    age: string,
    publishedThrough = 0,
  ): Promise<string> => {
    const [row]: { relay: string }[] = await source.query(
      `INSERT INTO outbox_relay (published_through, started_at) VALUES ($1, now() - $2::interval) RETURNING relay`,
      [publishedThrough, age],
    );
    await source.query(
      `INSERT INTO outbox (relay, seq, topic, key, value, headers, created_at)
       SELECT $1::bigint, seq, 't', 'k', convert_to($1::text || '/' || seq, 'UTF8'), '{}', now() - $2::interval FROM unnest($3::bigint[]) seq`,
      [row!.relay, age, seqs],
    );
    return row!.relay;
  };
  const publishedThrough = async (source: DataSource, relay: string): Promise<number> => {
    const [row]: { through: string }[] = await source.query(
      'SELECT published_through AS through FROM outbox_relay WHERE relay = $1',
      [relay],
    );
    return Number(row?.through);
  };

  it('does not forget a transaction that a dead process may still be committing', async () => {
    const gate = new Gate();
    const source = await openSource();
    const young = await leave(source, [1, 3], '0 seconds');
    const old = await leave(source, [1, 3], '2 minutes');
    await start(gate, source);
    await waitUntil(
      'both are published',
      () => gate.values.includes(`${young}/3`) && gate.values.includes(`${old}/3`),
      10_000,
    );
    // After two minutes a number without a row will never have one; after none at all it may come yet.
    await waitUntil(
      'the old one is done with',
      async () => (await publishedThrough(source, old)) === 3,
      10_000,
    );
    expect(await publishedThrough(source, young)).toBe(1);
    await source.query(
      `INSERT INTO outbox (relay, seq, topic, key, value, headers) VALUES ($1::bigint, 2, 't', 'k', convert_to($1::text || '/2', 'UTF8'), '{}')`,
      [young],
    );
    await waitUntil('the late one is published too', () => gate.values.includes(`${young}/2`), 15_000);
    expect(gate.values.filter((value) => value === `${young}/3`)).toHaveLength(1);
    await waitUntil(
      'all of it is done with',
      async () => (await publishedThrough(source, young)) === 3,
      10_000,
    );
  });

  it('is cleaned of what went out more than a day ago, and of nothing else', async () => {
    const source = await openSource();
    const done = await leave(source, [1, 2, 3], '2 days', 3);
    const half = await leave(source, [1, 2, 3], '2 days', 2);
    const fresh = await leave(source, [1, 2], '1 hour', 2);
    const session = new RelaySession(source);
    const own = await session.begin();
    await cleanOutbox(session, own, new TestLogger());
    await session.end();
    const left = async (relay: string) => {
      const rows: { seq: string }[] = await source.query(
        'SELECT seq FROM outbox WHERE relay = $1 ORDER BY seq',
        [relay],
      );
      return rows.map(({ seq }) => Number(seq));
    };
    expect(await left(done)).toEqual([]);
    expect(await left(half)).toEqual([3]);
    expect(await left(fresh)).toEqual([1, 2]);
    expect(await source.query('SELECT FROM outbox_relay WHERE relay = $1', [done])).toEqual([]);
    expect(await source.query('SELECT FROM outbox_relay WHERE relay = $1', [fresh])).toHaveLength(1);
  });

  it('finds out what became of a commit whose connection was lost', async () => {
    const gate = new Gate();
    const { relay, dataSource } = await start(gate);
    const cut = relay.transaction(async (tx, out) => {
      out([record('in doubt')]);
      // The answer to the commit gets lost: the server commits, and the connection ends before it says so.
      const connection = (await tx.queryRunner?.connect()) as {
        query: (statement: { text: string }) => Promise<unknown>;
        connection: { stream: { destroy(): void } };
      };
      const query = connection.query.bind(connection);
      connection.query = async (statement) => {
        const answer = await query(statement);
        if (statement.text !== 'COMMIT') return answer;
        connection.connection.stream.destroy();
        throw new Error('Connection terminated unexpectedly');
      };
    });
    await expect(cut).rejects.toBeInstanceOf(TransientError);
    await waitUntil('the table told', () => gate.values.includes('in doubt'), 10_000);
    expect(gate.values).toEqual(['in doubt']);
    expect(await dataSource.query(`SELECT FROM outbox WHERE value = 'in doubt'::bytea`)).toHaveLength(1);
  });

  it('keeps no more than so much in memory while the broker is away, and sends all in order when it is back', async () => {
    const gate = new Gate();
    gate.close();
    const { relay } = await start(gate);
    const count = 12_000;
    const chunk = 1_000;
    for (let from = 0; from < count; from += chunk) {
      await publish(relay, ...Array.from({ length: chunk }, (_, index) => String(from + index)));
    }
    gate.open();
    await waitUntil('all are sent', () => gate.sent.length >= count, 20_000);
    expect(gate.values).toEqual(Array.from({ length: count }, (_, index) => String(index)));
  });

  it('keeps working when the connection that holds its lock is lost', async () => {
    const gate = new Gate();
    const { relay, dataSource } = await start(gate);
    await kill(dataSource);
    await waitUntil(
      'it publishes again',
      async () => {
        await publish(relay, 'again').catch(() => undefined);
        return gate.values.includes('again');
      },
      10_000,
    );
  });
});
