import { type TestIntake } from './test-intake.js';

/** What a redemption is answered: the document, or the problem. */
export interface RedemptionAnswer {
  readonly status: number;
  /** The tail of the problem's type; `redeemed` for a 200. */
  readonly cause: string;
  readonly text: string;
  readonly body: { readonly id: string; readonly redeemedAt: string; readonly [member: string]: unknown };
}

/** Redeems a token with a key. */
export async function redeem(
  intake: TestIntake,
  key: string,
  token: string,
  { idempotencyKey, ...said }: { idempotencyKey?: string; contentHash?: string; content?: unknown } = {},
): Promise<RedemptionAnswer> {
  const { status, text, body } = await intake.call<RedemptionAnswer['body']>('/v1/releases/redeem', {
    key,
    body: { token, ...said },
    headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
  });
  const cause = status === 200 ? 'redeemed' : String(body['type']).replace(/.*\//, '');
  return { status, cause, text, body };
}
