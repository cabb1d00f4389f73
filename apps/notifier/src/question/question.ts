import { type Authentication } from '@tollgate/contracts';
import { type Instant } from '../approval/approval.js';

/** What somebody answered. */
export interface Answer {
  readonly answeredBy: string;
  readonly text: string;
  readonly answeredAt: Instant;
  readonly authentication: Authentication;
  /** The hash of the one-time value of the page view by which it came. */
  readonly view: string;
}

/** A question to the requester, on record. */
export interface Question {
  readonly requestId: string;
  /** The how-manieth of its request, from 1. */
  readonly number: number;
  /** Index of the plan's step in which it was asked. */
  readonly step: number;
  readonly askedBy: string;
  /** Who is to answer. */
  readonly askedOf: string;
  readonly text: string;
  readonly askedAt: Instant;
  readonly authentication: Authentication;
  /** The hash of the one-time value of the page view by which it came; absent where it came by the API. */
  readonly view?: string;
  /** Until when the clock stands for it at most; absent where it goes on. */
  readonly pausedUntil?: Instant;
  /** The SHA-256 of the token of the link by which it is answered. */
  readonly tokenHash: Buffer;
  readonly answer?: Answer;
}
