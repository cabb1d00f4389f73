/** A page as it came. */
export interface PlainPage {
  readonly status: number;
  /** The address after all redirects. */
  readonly url: string;
  readonly html: string;
  readonly headers: Headers;
}

interface KeptCookie {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

const MOST_REDIRECTS = 10;

/**
 * A browser without scripts, for specs: it keeps cookies by host, follows redirects and says where forms come from.
 */
export class PlainBrowser {
  #cookies: readonly KeptCookie[] = [];

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<PlainPage> {
    return this.#open(url, { method: 'GET', headers });
  }

  /** Sends a form as a page of the same origin would. */
  post(
    url: string,
    fields: Readonly<Record<string, string>> | URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<PlainPage> {
    return this.#open(url, {
      method: 'POST',
      headers: { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(fields),
    });
  }

  /** Picks who one is on the provider's page, and goes back to where that leads. */
  async pick(page: PlainPage, subject: string): Promise<PlainPage> {
    const { pathname } = new URL(page.url);
    if (!pathname.startsWith('/interaction/'))
      throw new Error(`${page.status} ${pathname} is not the page of the provider`);
    return this.post(page.url, { subject });
  }

  /** Signs in at a service whose provider is that of the stack, and is on `to` afterwards. */
  async signIn(
    service: string,
    subject: string,
    to = '/sign-in',
    ask?: 'recent' | 'again',
  ): Promise<PlainPage> {
    const query = new URLSearchParams({ to, ...(ask === undefined ? {} : { ask }) });
    const page = await this.get(`${service}/sign-in?${query}`);
    return new URL(page.url).pathname.startsWith('/interaction/') ? this.pick(page, subject) : page;
  }

  /** The `Cookie` header for a URL. */
  cookieFor(url: string): string {
    const { hostname, pathname } = new URL(url);
    return this.#cookies
      .filter(({ host, path }) => host === hostname && pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** The same cookies in another browser. */
  copy(): PlainBrowser {
    const copy = new PlainBrowser();
    copy.#cookies = this.#cookies;
    return copy;
  }

  /** One request, without following where it leads. */
  async send(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookie = this.cookieFor(url);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    this.#keep(url, response.headers.getSetCookie());
    return response;
  }

  async #open(url: string, init: RequestInit): Promise<PlainPage> {
    let at = url;
    let response = await this.send(at, init);
    for (let count = 0; count < MOST_REDIRECTS && response.status >= 300 && response.status < 400; count++) {
      await response.body?.cancel();
      at = new URL(response.headers.get('location') ?? '', at).href;
      response = await this.send(at, { method: 'GET' });
    }
    const html = await response.text();
    // A page that passes itself on as soon as it is loaded, as those of the provider do between two sessions.
    const [, action] = /<form method="post" action="([^"]+)">/.exec(html) ?? [];
    if (action !== undefined && html.includes('document.forms[0].submit()')) {
      const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      return this.post(
        new URL(action, at).href,
        Object.fromEntries(hidden.map(([, name, value]) => [name, value])),
      );
    }
    return { status: response.status, url: at, html, headers: response.headers };
  }

  #keep(url: string, set: readonly string[]): void {
    for (const line of set) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      const host = new URL(url).hostname;
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      const isThis = (kept: KeptCookie) => kept.host === host && kept.path === path && kept.name === name;
      const isGone = value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      this.#cookies = [
        ...this.#cookies.filter((kept) => !isThis(kept)),
        ...(isGone ? [] : [{ host, path, name, value }]),
      ];
    }
  }
}
