import { sendOn } from '@tollgate/pages';
import { unauthenticated } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { type ExplorerSessions, type SignedIn } from '../explorer-sign-in/explorer-sessions.js';
import { type Reader } from '../ledger-reader/reader.js';

/** The headers of a browser that matter here. */
export interface BrowserHeaders {
  readonly cookie?: string;
  readonly origin?: string;
  readonly 'sec-fetch-site'?: string;
}

/** Who may come in, and where everybody else is sent. The same scope opens the API. */
export class ExplorerDoor {
  constructor(
    readonly sessions: ExplorerSessions,
    /** Of this service, as browsers see it. */
    readonly origin: string,
  ) {}

  /**
   * For a page: renews the session.
   * @param to the path of the page that is asked for
   * @returns undefined where nobody is signed in; the browser was sent to sign in then
   */
  async enter(reply: FastifyReply, { cookie }: BrowserHeaders, to: string): Promise<Reader | undefined> {
    const found = this.#find(cookie);
    if (found === undefined) {
      await sendOn(reply, `/sign-in?to=${encodeURIComponent(to)}`);
      return undefined;
    }
    void reply.header('set-cookie', found.setCookie);
    return found.reader;
  }

  /**
   * For what the script of a page asks for.
   * @throws Problem 401 where nobody is signed in
   */
  reader({ cookie }: BrowserHeaders): Reader {
    const found = this.#find(cookie);
    if (found === undefined) throw unauthenticated('Nobody is signed in.');
    return found.reader;
  }

  #find(cookie: string | undefined): SignedIn | undefined {
    const found = this.sessions.find(cookie);
    return found?.reader.scopes.has('ledger:read') === true ? found : undefined;
  }
}
