import { type LanesLogger } from '@tollgate/messaging';
import { type Approval } from '../approval/approval.js';
import { type KnownBy, signInObstacle } from '../cast-vote/sign-in-obstacle.js';
import { type Page, renderPage } from '../page/page-layout.js';
import { visibleText } from '@tollgate/pages';
import { type Session, type Sessions } from './sessions.js';
import { SignInButton } from './sign-in-pages.js';

/** Who opens a link, as far as the gate needs to know. */
export interface LinkOpened {
  /** Whom the link was given to. */
  readonly person: string;
  readonly approval: Approval;
  /** The database's clock, milliseconds since 1970. */
  readonly now: number;
}

/** Whether a link opens. */
export type Admission =
  /** It does, to somebody who is known like this. */
  | { readonly kind: 'admitted'; readonly knownBy: KnownBy }
  /** It shows this page instead, which tells nothing of the request. */
  | { readonly kind: 'held'; readonly status: number; readonly page: Page };

/** What the gate needs. */
export interface ReviewGateParts {
  readonly sessions: Pick<Sessions, 'find'>;
  /** How long ago a sign-in may be where the policy asks for one, in milliseconds. */
  readonly recentMs: number;
  readonly logger: LanesLogger;
}

const held = (page: Page): Admission => ({ kind: 'held', status: 403, page });

/**
 * Stands before the review page: where the policy asks for a sign-in, a link opens to nobody but its person, signed in
 * a short time ago. Whoever found the link in a mail, or scans mails, sees nothing of the request.
 */
export class ReviewGate {
  constructor(private readonly parts: ReviewGateParts) {}

  /**
   * @param cookieHeader the header of that name
   * @param path of the review page
   */
  async admit(cookieHeader: string | undefined, path: string, opened: LinkOpened): Promise<Admission> {
    const { sessions, recentMs, logger } = this.parts;
    const { person, approval, now } = opened;
    const { signIn } = approval.file.route;
    const session = await sessions.find(cookieHeader);
    if (signIn === 'link')
      return { kind: 'admitted', knownBy: session?.person === person ? knownBy(session) : BY_LINK };
    if (session === undefined) return held(signInFirstPage(path));
    if (session.person !== person) {
      logger.warn(
        { requestId: approval.requestId, person, signedInAs: session.person },
        'a review link was opened by somebody whom it was not given to',
      );
      return held(otherPersonPage(path, session));
    }
    return signInObstacle('signed-in', session, now, recentMs) === undefined
      ? { kind: 'admitted', knownBy: knownBy(session) }
      : held(signInAgainPage(path));
  }

  /** Whether a vote of somebody who is known like this has to be proven with a passkey before it is cast. */
  wantsPasskey({ status, file }: Approval, knownBy: KnownBy): boolean {
    return status === 'pending' && file.route.signIn === 'passkey' && knownBy.authentication !== 'passkey';
  }
}

const BY_LINK: KnownBy = { authentication: 'link' };
const knownBy = ({ authentication, signedInAt }: Session): KnownBy => ({ authentication, signedInAt });

const signInFirstPage = (path: string): Page =>
  renderPage(
    'Sign in to see this request',
    <>
      <p class="notice">The link alone does not open this request: Tollgate has to know that it is you.</p>
      <SignInButton to={path} ask="recent" />
    </>,
  );

const signInAgainPage = (path: string): Page =>
  renderPage(
    'Sign in again',
    <>
      <p class="notice">
        This request asks for a recent sign-in, and yours is too long ago. Nothing was decided meanwhile.
      </p>
      <SignInButton to={path} ask="recent">
        Sign in again
      </SignInButton>
    </>,
  );

const otherPersonPage = (path: string, { person }: Session): Page =>
  renderPage(
    'This link is for somebody else',
    <>
      <p class="notice bad">
        You are signed in as <strong>{visibleText(person)}</strong>, and the link was given to another person.
        It opens to that person only.
      </p>
      <p>If it was given to you, sign in as who you are. If it was not, delete the mail.</p>
      <SignInButton to={path} ask="again">
        Sign in as somebody else
      </SignInButton>
    </>,
  );
