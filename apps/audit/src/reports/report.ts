/** What an auditor asks for most, each computed from the events of a period. */
export const REPORT_NAMES = [
  'decisions',
  'overrides',
  'guardrail-blocks',
  'timeouts',
  'separation-of-duties',
  'policy-changes',
  'response-times',
  'rubber-stamps',
  'ledger-access',
] as const;
export type ReportName = (typeof REPORT_NAMES)[number];

/** A cell of a report. */
export type ReportValue = string | number | boolean | null;
export type ReportRow = Readonly<Record<string, ReportValue>>;

/** A report as SQL. */
export interface Report {
  /** One sentence for people. */
  readonly says: string;
  /** The topics whose records are looked at: its population. */
  readonly topics: readonly string[];
  readonly columns: readonly string[];
  /**
   * A query over `event (seq, arrived_at, request_id, topic, data)`: of each topic and key the first event of the period,
   * which is the one that rules. It gives the columns, named in quotes, in the order of the report.
   */
  readonly sql: string;
}
