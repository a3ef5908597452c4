/** The limits of attachments that no flag moves; they are part of `LIMITS`. */

/** Limits of attachments: bytes, milliseconds and counts, as their names say. */
export const FILE_LIMITS = {
  /** Files of one message; the name of one, and what it shows, in characters. */
  filesPerMessage: 10,
  fileName: 128,
  fileAlt: 500,
  /** A file's id, in characters. */
  fileId: 26,
  /** What is written before a file's bytes: who sent it, where, and what it is. */
  fileHeader: 4_096,
  /** A file counts as this many bytes at least, so that there cannot be too many of them. */
  fileLeast: 16 * 1024,
  /** The part of `--max-files` that one person, or one address, may use. */
  filesShare: 10,
  /** Uploads at once, in all and of one person or address; and downloads, of one address. */
  uploads: 256,
  uploadsEach: 4,
  downloads: 1_000,
  downloadsEach: 100,
  /** An upload may take this long, and longer by a millisecond for each of so many bytes. */
  uploadMs: 60_000,
  uploadBytesPerMs: 2,
  /** Until a file that no message names can no longer be named, and until it is deleted. */
  unnamedMs: 2 * 60 * 60 * 1000,
  unnamedDeletedMs: 2 * 60 * 60 * 1000 + 10 * 60 * 1000,
  /** Until what is left of an upload that was broken off is deleted. */
  incomingMs: 15 * 60 * 1000,
  /** The pause between two looks at all files, at least and for each of them; files asked for at once. */
  filesLookMs: 60_000,
  filesLookMsPerFile: 5,
  filesAsked: 100,
  /** The bytes of a disk that files leave free, and the part of it. */
  diskReserve: 64 * 1024 * 1024,
  diskReserveShare: 20,
  /** Pieces of an image that are kept or left out, and the pixels of one that a page shows. */
  imagePieces: 20_000,
  imagePixels: 250_000_000,
} as const;
