/** Anything JSON can say. Property values are JSON, never functions, dates or class instances. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object: the shape of an event's `properties`. */
export type JsonObject = { readonly [key: string]: JsonValue };
