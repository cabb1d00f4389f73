import { type Page, pageAsset, type PageAsset, pageFrame } from '@tollgate/pages';
import { type ComponentChildren, type JSX } from 'preact';

/** The stylesheet of what only the explorer has. */
export const EXPLORER_STYLE = pageAsset(new URL('./explorer.css', import.meta.url));

const PLACES = [
  { path: '/', name: 'Requests' },
  { path: '/insights', name: 'Insights' },
] as const;

/** What a page of the explorer has besides its content. */
export interface ExplorerExtras {
  readonly signedIn?: {
    /** The name of the reader. */
    readonly name: string;
    readonly current?: (typeof PLACES)[number]['path'];
  };
  readonly script?: PageAsset;
  /** A stylesheet that only this page has. */
  readonly style?: PageAsset;
}

const Navigation = ({ name, current }: NonNullable<ExplorerExtras['signedIn']>): JSX.Element => (
  <nav aria-label="Tollgate">
    <ul>
      {PLACES.map((place) => (
        <li>
          <a href={place.path} aria-current={place.path === current ? 'page' : undefined}>
            {place.name}
          </a>
        </li>
      ))}
    </ul>
    <form method="post" action="/sign-out">
      <span class="who">{name}</span> <button class="quiet">Sign out</button>
    </form>
  </nav>
);

/**
 * A page of the explorer.
 * @param title of the window and the heading
 */
export const explorerPage = (
  title: string,
  content: ComponentChildren,
  { signedIn, script, style }: ExplorerExtras = {},
): Page =>
  pageFrame(title, content, {
    navigation: signedIn === undefined ? undefined : <Navigation {...signedIn} />,
    styles: [EXPLORER_STYLE, ...(style === undefined ? [] : [style])],
    script,
  });
