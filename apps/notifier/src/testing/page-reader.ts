import { type TestService } from './test-service.js';
import { type aFile, routed } from './routes.js';

const WITHIN_MS = 20_000;

/** Of @tollgate/servers. */
export interface Waits {
  waitUntil(what: string, holds: () => boolean | Promise<boolean>, withinMs: number): Promise<void>;
}

/** A page as it came. */
export interface ReadPage {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What a current browser says of a form that a page of ours sends. */
export const BROWSER = { 'sec-fetch-site': 'same-origin', origin: 'null' };

const hidden = (page: ReadPage, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';

/** What the page's own form would send. */
export const formOf = (page: ReadPage, said: Record<string, string> = {}): Record<string, string> => ({
  contentHash: hidden(page, 'contentHash'),
  view: hidden(page, 'view'),
  reason: '',
  ...said,
});

/** Reads an address, without following where it leads. */
export async function read(link: string, init: RequestInit = {}): Promise<ReadPage> {
  const response = await fetch(link, { redirect: 'manual', ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Sends the form of a review page. */
export const post = (
  link: string,
  form: Record<string, string>,
  headers: Record<string, string> = BROWSER,
): Promise<ReadPage> =>
  read(`${link}/decision`, { method: 'POST', headers, body: new URLSearchParams(form) });

/** The link of the newest mail to a person about a request; waits for it. */
export async function linkOf(
  service: TestService,
  servers: Waits,
  person: string,
  requestId: string,
): Promise<string> {
  const mail = () =>
    service.inbox.to(`${person}@example.test`).find(({ messageId }) => messageId.startsWith(`<${requestId}`));
  await servers.waitUntil('the mail arrives', () => mail() !== undefined, WITHIN_MS);
  return mail()?.link ?? '';
}

/** Opens an approval, and waits for the link to it of one of those who are asked. */
export async function openedLink(
  service: TestService,
  servers: Waits,
  person: string,
  file: ReturnType<typeof aFile>,
): Promise<string> {
  await service.send('route.resolved', routed(file));
  return linkOf(service, servers, person, file.request.id);
}
