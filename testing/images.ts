/**
 * Small pictures, 6 by 4 pixels, red on the left and blue on the right, as a browser wrote them; and the
 * metadata that cameras and programs add.
 */

/** With a colour profile. */
export const JPEG = Uint8Array.fromBase64(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AAB" +
    "AAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAA" +
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFla" +
    "AAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAA" +
    "AChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1" +
    "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBh" +
    "cmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAc" +
    "AEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9" +
    "PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2Nj" +
    "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAEAAYDASIAAhEBAxEB/8QAFQABAQAA" +
    "AAAAAAAAAAAAAAAAAAX/xAAYEAEAAwEAAAAAAAAAAAAAAAAAAQQzcf/EABUBAQEAAAAAAAAAAAAAAAAAAAIG/8QA" +
    "GREAAgMBAAAAAAAAAAAAAAAAAAIEM3E0/9oADAMBAAIRAxEAPwCVb1jgChg86YKZe2n/2Q==",
);

/** Lossy, with a colour profile. */
export const WEBP = Uint8Array.fromBase64(
  "UklGRiACAABXRUJQVlA4WAoAAAAgAAAABQAAAwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AAB" +
    "AAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAA" +
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFla" +
    "AAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAA" +
    "AChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1" +
    "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBh" +
    "cmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAc" +
    "AEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggMgAAADACAJ0BKgYABAAEAGglqAJ0cgCqAAPRAK14" +
    "AP58Hqm37wNQf0Q+GWG8tWp2qbYpmFgA",
);

/** With a colour profile. */
export const LOSSLESS_WEBP = Uint8Array.fromBase64(
  "UklGRgQCAABXRUJQVlA4WAoAAAAgAAAABQAAAwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AAB" +
    "AAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAA" +
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFla" +
    "AAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAA" +
    "AChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1" +
    "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBh" +
    "cmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAc" +
    "AEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDhMFQAAAC8FwAAADzAzn9l9kfv8Rwt6ENH/AAA=",
);

/** Without anything else. */
export const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAYAAACtBE5DAAAAJUlEQVR4AZTJMQ0AAAzDsKmUwp9SKXRXzx2L5Csy" +
    "pMApzdF/LAAAAP//m1IGvgAAAAZJREFUAwDB0A37atuC5AAAAABJRU5ErkJggg==",
);

/** The text that no picture may still have once it was received. */
export const SECRET = "51.4779N 0.0015W";

/** Bytes one after the other; texts with a byte for each character. */
export function concat(
  ...parts: (Uint8Array | string | readonly number[])[]
): Uint8Array<ArrayBuffer> {
  const bytes = parts.flatMap((part) =>
    typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : [...part]
  );
  return new Uint8Array(bytes);
}

/** The bytes as text, a character for each. */
export function asText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** A number in some bytes, the largest first. */
export function big(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, n) => value >>> 8 * (bytes - 1 - n) & 255);
}

/** The same, the smallest first. */
export function little(value: number, bytes: number): number[] {
  return big(value, bytes).reverse();
}

/** What a camera writes: an orientation, and where it was. */
export function exif(orientation: number): Uint8Array {
  const entry = (tag: number, type: number, count: number, value: number[]) => [
    ...little(tag, 2),
    ...little(type, 2),
    ...little(count, 4),
    ...value,
  ];
  return concat(
    "II*\0",
    little(8, 4),
    little(2, 2),
    entry(0x10f, 2, SECRET.length, little(38, 4)),
    entry(0x112, 3, 1, little(orientation, 4)),
    little(0, 4),
    SECRET,
  );
}

/** A segment of a JPEG. */
export function segment(marker: number, ...contents: Parameters<typeof concat>): Uint8Array {
  const body = concat(...contents);
  return concat([0xff, marker], big(body.length + 2, 2), body);
}

/** The JPEG with these segments behind its first. */
export function jpegWith(...segments: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(JPEG.subarray(0, 20), ...segments, JPEG.subarray(20));
}

/** A chunk of a PNG. Its checksum is not looked at. */
export function chunk(name: string, ...contents: Parameters<typeof concat>): Uint8Array {
  const body = concat(...contents);
  return concat(big(body.length, 4), name, body, [0, 0, 0, 0]);
}

/** The PNG with these chunks behind its first. */
export function pngWith(...chunks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(PNG.subarray(0, 33), ...chunks, PNG.subarray(33));
}

/** The lossy WebP with these chunks at its end, and the flags that announce them. */
export function webpWith(
  ...chunks: [name: string, body: Uint8Array | string][]
): Uint8Array<ArrayBuffer> {
  const added = chunks.map(([name, body]) => {
    const bytes = concat(body);
    return concat(name, little(bytes.length, 4), bytes, bytes.length % 2 ? [0] : []);
  });
  const bytes = concat(WEBP, ...added);
  bytes[20] |= 0x0c;
  bytes.set(little(bytes.length - 8, 4), 4);
  return bytes;
}
