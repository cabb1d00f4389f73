/** Any JSON value (RFC 8259). */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };
/** A JSON object. */
export type JsonObject = { [name: string]: JsonValue };
