import { type JsonValue, type Request } from '@tollgate/contracts';

const PLAIN_FIELDS = ['environment', 'producer'] as const;
const PATH = /^(target|parameters)(\.[A-Za-z0-9_-]+)+$/;

/** What {@link fieldValues} reads of a request. */
export type FieldSource = Pick<Request, 'environment' | 'producer' | 'target' | 'parameters'>;

/** What is wrong with the name of a field in a guardrail; undefined where nothing is. */
export function fieldPathFault(path: string): string | undefined {
  return PLAIN_FIELDS.some((field) => field === path) || PATH.test(path)
    ? undefined
    : 'is not a field of a request: must be environment, producer, or a path like target.region or parameters.size';
}

/**
 * The values that a request carries at a path: none where it does not carry the field, each item where it is a list
 * (and so where a list lies on the way).
 * @param path one that {@link fieldPathFault} finds nothing wrong with
 */
export function fieldValues(request: FieldSource, path: string): JsonValue[] {
  const [root = '', ...names] = path.split('.');
  const found = PLAIN_FIELDS.find((field) => field === root);
  if (found !== undefined) return names.length === 0 ? [request[found]] : [];
  let values: JsonValue[] = [root === 'target' ? request.target : request.parameters];
  for (const name of names) {
    values = values.flatMap((value) =>
      value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, name)
        ? items(value[name])
        : [],
    );
  }
  return values;
}

function items(value: JsonValue | undefined): JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.flatMap(items) : [value];
}
