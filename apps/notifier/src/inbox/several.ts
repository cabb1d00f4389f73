import { createHash } from 'node:crypto';
import { isUuid, type Request, type Verdict } from '@tollgate/contracts';
import { stepOf } from '../approval/approval.js';
import { voicesOf } from '../approval/asked.js';
import { type Contact } from '../contacts/contact.js';
import { type Review } from '../review-page/review.js';
import { type Alike, groupAlike, mayBeTogether, MOST_TOGETHER } from './alike.js';
import { type Waiting } from './find-waiting.js';
import { requestInWords } from './in-words.js';
import { type InboxRow, inboxRow } from './inbox-row.js';

/** What is decided about one of several requests: this content, as it was shown in this step. */
export interface ShownRequest {
  readonly requestId: string;
  /** Index of the plan. */
  readonly step: number;
  readonly contentHash: string;
}

/** One of several requests, as the page shows it. */
export interface OneOfSeveral {
  readonly shown: ShownRequest;
  readonly row: InboxRow;
  /** What is asked, as it came. */
  readonly asked: Pick<Request, 'target' | 'parameters' | 'reason'>;
  /** The verdicts that need a reason here. */
  readonly reasonFor: readonly Verdict[];
}

/** A request that was selected and is not decided here, and why. */
export interface LeftOut {
  readonly requestId: string;
  /** What it is about, where its reader may know. */
  readonly what?: string;
  /** A sentence. */
  readonly why: string;
}

/** What somebody selected. */
export interface Several {
  /** More than one where what was selected is not alike. */
  readonly groups: readonly { readonly alike: Alike; readonly items: readonly OneOfSeveral[] }[];
  readonly leftOut: readonly LeftOut[];
}

/** The values of a field that may be there once or several times. */
export function valuesOf(from: unknown, field: string): string[] {
  const value: unknown = from !== null && typeof from === 'object' ? Reflect.get(from, field) : undefined;
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
}

/** The request ids among texts, each once, in lower case. */
export const idsAmong = (texts: readonly string[]): string[] => [
  ...new Set(texts.filter((text) => isUuid(text)).map((text) => text.toLowerCase())),
];

function whyLeftOut({ approval, now }: Waiting, reader: string): string | undefined {
  const { file, step, decision, deadline, asked } = approval;
  const isAsked =
    asked?.includes(reader) ?? stepOf(file, step).approvers.some(({ person }) => person === reader);
  if (decision !== undefined) return `It is ${decision.outcome} already. ${decision.explanation}`;
  if (!isAsked) return 'It does not ask you now.';
  if (deadline === undefined || now >= deadline) return 'Its time is over.';
  if (voicesOf(approval, reader).length > 1)
    return 'You may answer with several voices: decide it by itself, and say for whom.';
  if (!mayBeTogether(file.route)) return 'It needs your passkey, so it is decided by itself.';
  return undefined;
}

/** Whether somebody has, or had, a part in deciding on a request, or may override what blocks it: nobody else is told anything of it. */
export const hasPartIn = (
  {
    approval,
    votes,
    overridable = [],
  }: Pick<Waiting, 'approval' | 'votes'> & Partial<Pick<Review, 'overridable'>>,
  reader: string,
): boolean =>
  approval.file.route.plan.some(({ approvers }) => approvers.some(({ person }) => person === reader)) ||
  (approval.asked ?? []).includes(reader) ||
  votes.some(({ person }) => person === reader) ||
  overridable.length > 0 ||
  (approval.overrides ?? []).some(({ person }) => person === reader);

/**
 * Sorts what somebody selected into what may be decided together.
 * @param selected ids, as they came
 * @param found those of them that exist
 */
export function severalOf(
  selected: readonly string[],
  found: readonly Waiting[],
  reader: string,
  contacts: ReadonlyMap<string, Contact>,
): Several {
  const known = new Map(found.map((each) => [each.approval.requestId, each]));
  const open: { readonly waiting: Waiting; readonly item: OneOfSeveral }[] = [];
  const leftOut: LeftOut[] = [];
  for (const requestId of selected) {
    const waiting = known.get(requestId);
    if (waiting === undefined || !hasPartIn(waiting, reader)) {
      leftOut.push({ requestId, why: 'There is no request with this id that asks you.' });
      continue;
    }
    const row = inboxRow(waiting, reader, contacts);
    const what = requestInWords(waiting.approval.file.request);
    const why = whyLeftOut(waiting, reader);
    if (why !== undefined) leftOut.push({ requestId, what, why });
    else if (open.length === MOST_TOGETHER)
      leftOut.push({ requestId, what, why: `At most ${MOST_TOGETHER} are decided together.` });
    else {
      const { step, file } = waiting.approval;
      open.push({
        waiting,
        item: {
          shown: { requestId, step, contentHash: file.request.contentHash },
          row,
          asked: file.request,
          reasonFor: stepOf(file, step).reasonFor ?? [],
        },
      });
    }
  }
  return {
    groups: groupAlike(open, ({ waiting }) => waiting.approval.file).map(({ alike, items }) => ({
      alike,
      items: items.map(({ item }) => item),
    })),
    leftOut,
  };
}

/** How a form says what it showed: one text for each request. */
export const shownText = ({ requestId, step, contentHash }: ShownRequest): string =>
  `${requestId} ${step} ${contentHash}`;

const SHOWN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{1,4}) ([0-9a-f]{64})$/;

/** @returns what the texts of a form say; undefined where one of them is no such text, or there are too many */
export function readShown(texts: readonly string[]): ShownRequest[] | undefined {
  const shown = texts.flatMap((text): ShownRequest[] => {
    const [, requestId, step, contentHash] = SHOWN.exec(text) ?? [];
    return requestId === undefined || step === undefined || contentHash === undefined
      ? []
      : [{ requestId, step: Number(step), contentHash }];
  });
  const isWhole = shown.length === texts.length && shown.length > 0 && shown.length <= MOST_TOGETHER;
  return isWhole && new Set(shown.map(({ requestId }) => requestId)).size === shown.length
    ? shown
    : undefined;
}

/** By what the one-time value of a form with several requests is bound to exactly these: their SHA-256. */
export const shownHash = (shown: readonly ShownRequest[]): string =>
  createHash('sha256').update(shown.map(shownText).join('\n')).digest('hex');
