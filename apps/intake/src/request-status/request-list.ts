import { type DataSource } from 'typeorm';
import { type ListQuery } from './list-query.js';
import { type RequestReader } from './request-reader.js';
import { type RequestSnapshot } from './request-snapshot.js';

/** One page of requests, newest first. */
export interface RequestPage {
  readonly snapshots: readonly RequestSnapshot[];
  /** Whether there may be more after the last one. */
  readonly more: boolean;
}

function idsStatement(query: ListQuery, producer: string | undefined): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bound = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    ...(producer === undefined ? [] : [`r.producer = ${bound(producer)}`]),
    ...(query.action === undefined ? [] : [`r.action = ${bound(query.action)}`]),
    ...(query.environment === undefined ? [] : [`r.environment = ${bound(query.environment)}`]),
    ...(query.requester === undefined ? [] : [`r.requester = ${bound(query.requester)}`]),
    ...(query.after === undefined
      ? []
      : [
          `(r.submitted_at, r.id) < (${bound(query.after.submittedAt)}::timestamptz, ${bound(query.after.id)}::uuid)`,
        ]),
    ...statusCondition(query, bound),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const text = `SELECT r.id FROM request r LEFT JOIN outcome o ON o.request_id = r.id ${where}
    ORDER BY r.submitted_at DESC, r.id DESC LIMIT ${bound(query.limit + 1)}`;
  return { text, values };
}

function statusCondition({ status }: ListQuery, bound: (value: unknown) => string): string[] {
  if (status === undefined) return [];
  return status === 'pending' ? ['o.request_id IS NULL'] : [`o.status = ${bound(status)}`];
}

/** The list of requests. */
export class RequestList {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reader: RequestReader,
  ) {}

  /** @param producer whose requests alone are listed; everybody's without */
  async page(query: ListQuery, producer: string | undefined): Promise<RequestPage> {
    const { text, values } = idsStatement(query, producer);
    const rows: { id: string }[] = await this.dataSource.query(text, values);
    const ids = rows.slice(0, query.limit).map(({ id }) => id);
    const found = await this.reader.snapshots(ids);
    return {
      snapshots: ids.flatMap((id) => found.get(id) ?? []),
      more: rows.length > query.limit,
    };
  }
}
