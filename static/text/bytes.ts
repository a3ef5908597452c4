/** The length of texts as the server counts it. */

const encoder = new TextEncoder();

/** Bytes of UTF-8. */
export const bytesOf = (text: string): number => encoder.encode(text).length;
