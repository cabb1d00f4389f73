/**
 * Every statement of this service finds its rows by an index. A plan that was made while a table was still empty would
 * scan it, and a prepared statement would keep that plan while the table grows.
 */
const OPTIONS = '-c enable_seqscan=off -c jit=off';

/** A `postgres://` URL whose connections plan by index. */
export function withPlannerSettings(url: string): string {
  const changed = new URL(url);
  const given = changed.searchParams.get('options');
  changed.searchParams.set('options', given === null ? OPTIONS : `${given} ${OPTIONS}`);
  return changed.toString();
}
