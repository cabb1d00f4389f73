import { type JsonObject, type Request } from '@tollgate/contracts';

/** What a line holds of a value, in characters. */
const LINE = 200;

/** The fields of a value in one line, the first ones where there are many. */
export function inOneLine(value: JsonObject): string {
  const text = Object.entries(value)
    .map(([name, field]) => `${name} ${typeof field === 'string' ? field : JSON.stringify(field)}`)
    .join(' · ');
  return text.length > LINE ? `${text.slice(0, LINE).toWellFormed()}…` : text;
}

/** What a request is about, in one line, told from others like it by its target. As it came. */
export const requestInWords = ({
  action,
  environment,
  target,
}: Pick<Request, 'action' | 'environment' | 'target'>): string =>
  [`${action} in ${environment}`, inOneLine(target)].filter((text) => text !== '').join(': ');
