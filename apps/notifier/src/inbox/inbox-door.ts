import { type FastifyReply } from 'fastify';
import { type DataSource } from 'typeorm';
import { type Contact } from '../contacts/contact.js';
import { contacts } from '../contacts/contacts.store.js';
import { type PageExtras } from '../page/page-layout.js';
import { isSameOrigin, sendOn } from '@tollgate/pages';
import { type RequestLimits } from '../rate-limit/request-limits.js';
import { ownPath, START_PATH } from '../sign-in/own-path.js';
import { type Session, type Sessions } from '../sign-in/sessions.js';
import { signInPath } from '../sign-in/sign-in-pages.js';

/** The headers of a browser that matter here. */
export interface BrowserHeaders {
  readonly cookie?: string;
  readonly origin?: string;
  readonly 'sec-fetch-site'?: string;
}

/** Somebody who is signed in, as pages speak of them. */
export interface Reader {
  readonly session: Session;
  readonly person: string;
  readonly name: string;
  /** IANA time zone. */
  readonly zone: string;
}

/** What the door needs. */
export interface InboxDoorParts {
  readonly sessions: Pick<Sessions, 'find'>;
  readonly dataSource: DataSource;
  readonly limits: RequestLimits;
  /** The origin of this service, as browsers see it. */
  readonly origin: string;
}

/** Who may come in, and where everybody else is sent. */
export class InboxDoor {
  constructor(private readonly parts: InboxDoorParts) {}

  /**
   * @param address of the caller
   * @param to the path of the page that is asked for
   * @returns undefined where nobody is signed in; the browser was sent to sign in then
   * @throws Problem 429
   */
  async enter(
    reply: FastifyReply,
    { cookie }: BrowserHeaders,
    address: string,
    to: string,
  ): Promise<Reader | undefined> {
    const reader = await this.find(cookie, address);
    if (reader === undefined) await sendOn(reply, signInPath(backTo(to)));
    return reader;
  }

  /**
   * Who is signed in.
   * @throws Problem 429
   */
  async find(cookie: string | undefined, address: string): Promise<Reader | undefined> {
    this.parts.limits.fromAddress('pages', address);
    const session = await this.parts.sessions.find(cookie);
    if (session === undefined) return undefined;
    const { person } = session;
    this.parts.limits.ofPerson('pages', person);
    const contact: Contact | undefined = (await contacts.find(this.parts.dataSource, [person])).get(person);
    return { session, person, name: contact?.name ?? person, zone: contact?.zone ?? 'UTC' };
  }

  /** Whether a form came from a page of this service. */
  isOwnForm({ origin, 'sec-fetch-site': fetchSite }: BrowserHeaders): boolean {
    return isSameOrigin(
      { ...(origin === undefined ? {} : { origin }), ...(fetchSite === undefined ? {} : { fetchSite }) },
      this.parts.origin,
    );
  }
}

/** Where a sign-in leads back to: the page, unless its address is longer than a sign-in remembers. */
export const backTo = (path: string): string => ownPath(path) ?? START_PATH;

/** The navigation of a page for its reader. */
export const signedInAs = (
  { name }: Pick<Reader, 'name'>,
  current: NonNullable<NonNullable<PageExtras['signedIn']>['current']> = '/inbox',
): PageExtras => ({ signedIn: { name, current } });

/** To whom a page view belongs: one session, which a sign-in begins. */
export const viewHolder = ({ person, authentication, signedInAt }: Session): string =>
  `session ${person} ${authentication} ${signedInAt}`;
