/** Ids of commands. */

/**
 * An id that nobody else uses: 32 hex digits. Not `crypto.randomUUID`, which a page over plain http
 * from another machine does not have.
 */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
