import { createHash, randomBytes } from 'node:crypto';
import { type RouteResolved } from '@tollgate/contracts';
import { Client } from 'pg';
import { routed } from './routes.js';
import { TEST_ISSUER } from './test-policy.js';
import { type TestService } from './test-service.js';

/** A page as it came. */
export interface VisitedPage {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Somebody who is signed in, by their cookie. */
export interface SignedIn {
  readonly cookie: string;
  readonly end: () => Promise<void>;
}

/** The fields of a form, in their order. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** What a browser says of a form that it sends from one of our pages. */
const BROWSER = { 'sec-fetch-site': 'same-origin', origin: 'null' };

/** Visits the pages of a notifier as browsers do, signed in as the provider's return would leave it. */
export class TestVisitor {
  private constructor(
    private readonly service: TestService,
    private readonly database: Client,
  ) {}

  static async prepare(service: TestService): Promise<TestVisitor> {
    const database = new Client({ connectionString: service.database.adminUrl });
    await database.connect();
    return new TestVisitor(service, database);
  }

  drop(): Promise<void> {
    return this.database.end();
  }

  /** A session with its row. */
  async signIn(person: string, minutesAgo = 0, method = 'signed-in'): Promise<SignedIn> {
    const token = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(token).digest();
    await this.database.query(
      `INSERT INTO sign_in_session (token_sha256, person, issuer, subject, method, signed_in_at, last_used_at, expires_at)
       VALUES ($1, $2, $3, $2, $4, now() - make_interval(mins => $5), now(), now() + interval '1 h')`,
      [hash, person, TEST_ISSUER, method, minutesAgo],
    );
    return {
      cookie: `tollgate_session=${token}`,
      end: async () => {
        await this.database.query('DELETE FROM sign_in_session WHERE token_sha256 = $1', [hash]);
      },
    };
  }

  async read(path: string, cookie = '', init: RequestInit = {}): Promise<VisitedPage> {
    const { headers, ...rest } = init;
    const response = await fetch(`${this.service.url}${path}`, {
      redirect: 'manual',
      headers: { cookie, ...headers },
      ...rest,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  post(
    path: string,
    cookie: string,
    fields: Fields,
    headers: Record<string, string> = BROWSER,
  ): Promise<VisitedPage> {
    const body = new URLSearchParams(fields.map(([name, value]) => [name, value]));
    return this.read(path, cookie, { method: 'POST', headers, body });
  }

  /** Whether all of these have become approvals. */
  async areOpen(ids: readonly string[]): Promise<boolean> {
    const { rowCount } = await this.database.query('SELECT FROM approval WHERE request_id = ANY ($1)', [ids]);
    return rowCount === ids.length;
  }

  /** Sends routes; answers their request ids. */
  async route(...files: RouteResolved[]): Promise<string[]> {
    await this.service.send('route.resolved', ...files.map(routed));
    return files.map(({ request }) => request.id);
  }
}

/** The hidden fields of a page's form that goes to a path. */
export function hiddenOf({ text }: VisitedPage, action: string): Fields {
  const form = text.split('<form').find((part) => part.includes(`action="${action}"`)) ?? '';
  return [...form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value],
  );
}
