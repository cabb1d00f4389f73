import { type LanesLogger } from '@tollgate/messaging';
import { type ViewValues } from './view-values.js';

/** What the review pages need besides what is injected. */
export abstract class ReviewSettings {
  abstract readonly views: ViewValues;
  /** The origin of this service, as browsers see it. */
  abstract readonly origin: string;
  abstract readonly logger: LanesLogger;
}
