import {
  type Decision,
  type Guardrail,
  type Release,
  type Request,
  type RequestFailed,
  type RequestStatus,
  type RequestWithdrawn,
  type Route,
} from '@tollgate/contracts';

/** A status that ends a request. */
export type FinalStatus = Exclude<RequestStatus, 'pending' | 'approved'>;

/** What each stage keeps of its event: its own sections. The request itself is kept once. */
export interface StageData {
  'route.resolved': { readonly route: Route };
  'guardrail.evaluated': {
    readonly route: Route;
    readonly decision: Decision;
    readonly guardrail: Guardrail;
  };
  'action.released': { readonly release: Release };
  'request.withdrawn': RequestWithdrawn;
  'request.failed': RequestFailed;
}

/** A stage that a request can have passed, named by its topic. */
export type StageName = keyof StageData;

/** In the order of the road. */
export const STAGE_NAMES: readonly StageName[] = [
  'route.resolved',
  'guardrail.evaluated',
  'action.released',
  'request.withdrawn',
  'request.failed',
];

/** A stage as it was recorded. */
export interface RecordedStage<Name extends StageName> {
  /** The time of its event; ISO 8601. */
  readonly at: string;
  readonly data: StageData[Name];
}

/** The stages of a request that are known. */
export type Stages = { readonly [Name in StageName]?: RecordedStage<Name> };

/** A record about a request that a service could not digest. */
export interface DeadLetterNote {
  readonly service: string;
  readonly topic: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly failedAt: string;
}

/** What became of a release. */
export interface SnapshotReleaseEnd {
  readonly state: 'redeemed' | 'revoked';
  /** ISO 8601. */
  readonly at: string;
}

/** What is known of a request at one moment. */
export interface RequestSnapshot {
  readonly request: Request;
  readonly stages: Stages;
  /** Absent while it is pending. */
  readonly outcome?: FinalStatus;
  /** Absent while the release, if there is one, was neither redeemed nor revoked. */
  readonly releaseEnd?: SnapshotReleaseEnd;
  readonly deadLetters: readonly DeadLetterNote[];
}
