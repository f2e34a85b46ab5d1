/** Whether a decoded value is a struct: not a list, a vector, bytes or a single value. */
export function hasFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
