const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether it has the form of a UUID, of whatever version, in small letters or capitals. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}
