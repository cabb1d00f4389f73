import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import {
  type ExportRecord,
  formatCheckpoint,
  hashOf,
  leafHash,
  newSigner,
  nodesFromTiles,
  type NoteSignerKey,
  proveConsistency,
  readRoot,
  signNote,
  TileBuilder,
  writeExport,
} from '@tollgate/ledger';

const BEGUN = Date.UTC(2026, 10, 2, 9);

/** A record of the fake's ledger, by its place. */
function recordAt(seq: number, word: string, topic: string): ExportRecord {
  const bytes = { key: Buffer.from(`key ${seq}`), headers: null, value: Buffer.from(`{"${word}":${seq}}`) };
  return {
    seq,
    form: 'as-they-came',
    arrivedAt: BEGUN + seq,
    brokerTime: BEGUN + seq,
    topic,
    partition: 0,
    offset: BigInt(seq),
    sha256: Buffer.from(hashOf(bytes), 'hex'),
    bytes,
  };
}

/** An audit that keeps a ledger in memory, and answers the command line as the real one does. */
export class FakeAudit {
  readonly signer: NoteSignerKey = newSigner({ name: 'tollgate/test/ledger', seed: Buffer.alloc(32, 1) });
  /** The paths that were asked for. */
  readonly paths: string[] = [];
  /** Of every record; one without events, to which no rules apply. */
  topic = 'ledger.read';
  /** How many bytes of the next export are answered before the connection is cut. */
  cutAfter: number | undefined;
  #records: ExportRecord[] = [];
  readonly #server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '', 'http://audit');
      this.paths.push(`${url.pathname}${url.search}`);
      if (request.headers.authorization !== 'Bearer a-reader') {
        response.writeHead(401, { 'content-type': 'application/problem+json' });
        response.end(JSON.stringify({ title: 'Not signed in', status: 401 }));
        return;
      }
      if (url.pathname === '/v1/checkpoints/key') response.end(`${this.signer.verifier.vkey}\n`);
      else if (url.pathname === '/v1/checkpoints/latest') response.end(await this.checkpoint());
      else if (url.pathname === '/v1/checkpoints/consistency')
        response.end(await this.#consistency(url.searchParams));
      else if (url.searchParams.get('format') === 'csv') response.end('seq\n0\n');
      else {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        let sent = 0;
        for await (const line of await this.#export(url.searchParams)) {
          sent += line.length;
          response.write(line);
          if (this.cutAfter !== undefined && sent >= this.cutAfter) {
            this.cutAfter = undefined;
            response.write('{"seq":', () => response.destroy());
            return;
          }
        }
        response.end();
      }
    })();
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Adds records to the ledger. */
  add(count: number): void {
    for (let nth = 0; nth < count; nth += 1)
      this.#records.push(recordAt(this.#records.length, 'event', this.topic));
  }

  /** Adds a record with an event. */
  put(topic: string, key: string, value: object): void {
    const seq = this.#records.length;
    const bytes = { key: Buffer.from(key), headers: null, value: Buffer.from(JSON.stringify(value)) };
    const offset = BigInt(this.#records.filter((record) => record.topic === topic).length);
    this.#records.push({
      ...recordAt(seq, 'event', topic),
      offset,
      bytes,
      sha256: Buffer.from(hashOf(bytes), 'hex'),
    });
  }

  /** Changes a record that is in the ledger already, which no ledger may do. */
  rewrite(seq: number): void {
    this.#records[seq] = recordAt(seq, 'another', this.topic);
  }

  /** The signed checkpoint over the first records. */
  async checkpoint(size = this.#records.length): Promise<string> {
    const next = new Map<string, bigint>();
    for (const { topic, offset } of this.#records.slice(0, size)) next.set(topic, offset + 1n);
    return signNote(
      formatCheckpoint({
        origin: this.signer.name,
        size,
        root: await readRoot(size, await this.#nodes(size)),
        lanes: [...next].sort().map(([topic, end]) => ({ topic, partition: 0, next: end })),
        at: BEGUN + size,
      }),
      [this.signer],
    );
  }

  async #nodes(size: number) {
    const tiles = new Map<string, Buffer>();
    const leaves = this.#records.map(leafHash);
    const source = {
      readTiles: (refs: readonly { level: number; index: number }[]) =>
        Promise.resolve(refs.map(({ level, index }) => tiles.get(`${level}/${index}`))),
      readLeaves: ({ from, to }: { from: number; to: number }) => Promise.resolve(leaves.slice(from, to)),
    };
    const builder = await TileBuilder.after(0, source);
    for (const leaf of leaves) {
      for (const { level, index, hashes } of builder.append(leaf)) tiles.set(`${level}/${index}`, hashes);
    }
    return nodesFromTiles(size, source);
  }

  async #consistency(query: URLSearchParams): Promise<string> {
    const [from, to] = ['from', 'to'].map((name) => Number(query.get(name))) as [number, number];
    const proof = await proveConsistency(from, to, await this.#nodes(to));
    return JSON.stringify({ from, to, proof: proof.map((hash) => hash.toString('base64')) });
  }

  async #export(query: URLSearchParams) {
    const size = Number(query.get('checkpoint') ?? this.#records.length);
    const after = query.has('after') ? Number(query.get('after')) : undefined;
    return writeExport({
      header: { kind: 'contiguous', range: { from: 0, to: size }, checkpoint: await this.checkpoint(size) },
      size,
      nodes: await this.#nodes(size),
      records: this.#records.slice(after === undefined ? 0 : after + 1, size),
      after,
    });
  }
}
