/** A mail as it is read. */
export interface ComposedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The end of every subject about a request; nothing in it comes from the requester. */
export const subjectEnd = ({
  rule,
  risk,
  requestId,
}: {
  readonly rule: string;
  readonly risk: string;
  readonly requestId: string;
}): string => `${rule}, ${risk} risk [${requestId.slice(-8)}]`;

/** Lines of a text part that belong to the one before. */
export const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
