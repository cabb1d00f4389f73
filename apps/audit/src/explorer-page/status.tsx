import { type JSX } from 'preact';
import { type TrailStatus } from '../request-trail/request-trail.document.js';

const TONES: Readonly<Record<TrailStatus, 'good' | 'bad' | 'warn' | 'info'>> = {
  pending: 'info',
  approved: 'good',
  released: 'good',
  blocked: 'bad',
  denied: 'bad',
  cancelled: 'warn',
  expired: 'warn',
  failed: 'bad',
  rejected: 'bad',
  unknown: 'warn',
};

/** How a request stands, as a word on its colour. */
export const Status = ({ status }: { readonly status: TrailStatus }): JSX.Element => (
  <span class={`status ${TONES[status]}`}>{status}</span>
);
