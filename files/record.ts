/**
 * The record of a file: what is known of it beside its bytes. It is written in front of them, in a block
 * of {@linkcode LIMITS.fileHeader} bytes, so that a file and its record come and go together.
 */

import { randomBytes } from "node:crypto";
import { LIMITS } from "../config/limits.ts";
import type { Attachment } from "../journal/journal.ts";

/** What is known of a file. */
export interface FileRecord {
  readonly id: string;
  /** The room it was sent to, as its sender spelt it. */
  readonly room: string;
  /** The id of the person who sent it. */
  readonly from: string;
  /** Stands for the address that it came from, but does not show it. */
  readonly address: string;
  readonly name: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Of an image, as it is shown, in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const ID = new RegExp(`^[${ALPHABET}]{${LIMITS.fileId}}$`);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** An id that nobody can guess. */
export function newFileId(): string {
  return Array.from(randomBytes(LIMITS.fileId), (byte) => ALPHABET[byte & 31]).join("");
}

/** Whether a word may be the id of a file. */
export function isFileId(word: string): boolean {
  return ID.test(word);
}

/** The block of a record. */
export function toHeader(record: FileRecord): Uint8Array {
  const block = new Uint8Array(LIMITS.fileHeader).fill(0x20);
  const bytes = encoder.encode(JSON.stringify(record));
  if (bytes.length > block.length) throw new RangeError("the record of a file is too long");
  block.set(bytes);
  return block;
}

/** The record of a block; undefined if it has none, as in a file that was never finished. */
export function fromHeader(block: Uint8Array, id: string): FileRecord | undefined {
  try {
    const record: FileRecord = JSON.parse(decoder.decode(block));
    return record.id === id ? record : undefined;
  } catch {
    return undefined;
  }
}

/** How a message names the file. */
export function toAttachment({ id, name, type, size, width, height }: FileRecord): Attachment {
  const attachment = { id, name, type, size };
  return width === undefined ? attachment : { ...attachment, width, height };
}
