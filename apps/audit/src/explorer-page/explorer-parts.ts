import { readFileSync } from 'node:fs';
import { type DynamicModule } from '@nestjs/common';
import { PAGE_STYLE, PageAssets, PageAssetsController, PageFaultFilter, PageFaultLog } from '@tollgate/pages';
import { type Logger } from '@tollgate/runtime';
import { type Pool } from 'pg';
import { ExplorerInsightsController } from '../explorer-insights/explorer-insights.controller.js';
import { FindInsights } from '../explorer-insights/find-insights.js';
import { INSIGHTS_STYLE } from '../explorer-insights/insights-page.js';
import { ExplorerLiveController } from '../explorer-live/explorer-live.controller.js';
import { LedgerNews } from '../explorer-live/ledger-news.js';
import { ExplorerProofController } from '../explorer-proof/explorer-proof.controller.js';
import { PROOF_SCRIPT } from '../explorer-proof/proof-page.js';
import { ExplorerRequestController } from '../explorer-request/explorer-request.controller.js';
import { REQUEST_SCRIPT } from '../explorer-request/request-page.js';
import { ExplorerSearchController } from '../explorer-search/explorer-search.controller.js';
import { FindRequests } from '../explorer-search/find-requests.js';
import { SEARCH_SCRIPT } from '../explorer-search/search-page.js';
import { ExplorerSessions } from '../explorer-sign-in/explorer-sessions.js';
import { ExplorerSignInController } from '../explorer-sign-in/explorer-sign-in.controller.js';
import { SessionSeal } from '../explorer-sign-in/session-seal.js';
import { type Readers } from '../ledger-reader/readers.js';
import { ExplorerDoor } from './explorer-door.js';
import { EXPLORER_STYLE } from './explorer-page.js';

/** What the explorer is built from. */
export interface ExplorerParts {
  readonly readers: Readers;
  /** Connects as `audit_reader`. */
  readonly pool: Pool;
  readonly logger: Logger;
  /** Where browsers find the explorer. */
  readonly origin: string;
  /**
   * A file that each process of the service has, and nobody else: sessions are sealed by a key that is derived from what
   * is in it.
   */
  readonly secretFile: string;
}

/** The pages of the ledger, for the module of audit. */
export function explorerParts(
  parts: ExplorerParts,
): Required<Pick<DynamicModule, 'controllers' | 'providers'>> {
  const { readers, pool, logger, origin, secretFile } = parts;
  const sessions = new ExplorerSessions({ seal: new SessionSeal(readFileSync(secretFile)), readers, origin });
  const assets: PageAssets = {
    all: [PAGE_STYLE, EXPLORER_STYLE, SEARCH_SCRIPT, REQUEST_SCRIPT, PROOF_SCRIPT, INSIGHTS_STYLE],
  };
  const log: PageFaultLog = { logger };
  return {
    controllers: [
      PageAssetsController,
      ExplorerSignInController,
      ExplorerSearchController,
      ExplorerRequestController,
      ExplorerProofController,
      ExplorerInsightsController,
      ExplorerLiveController,
    ],
    providers: [
      PageFaultFilter,
      { provide: PageAssets, useValue: assets },
      { provide: PageFaultLog, useValue: log },
      { provide: ExplorerDoor, useValue: new ExplorerDoor(sessions, origin) },
      { provide: FindRequests, useValue: new FindRequests(pool) },
      { provide: FindInsights, useValue: new FindInsights(pool) },
      { provide: LedgerNews, useValue: new LedgerNews(pool) },
    ],
  };
}
