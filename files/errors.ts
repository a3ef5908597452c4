/** Why a file is not taken, or not given. */

/**
 * - `too_large`: it is larger than one file, or a person's share, may be
 * - `empty`: it has no bytes
 * - `busy`: this person or address has too many going on at once
 * - `overloaded`: there are too many in all
 * - `share_used`: this person or address has used their share of the space
 * - `full`: there is no space for it, here or on the disk
 * - `slow`: its bytes came too slowly, or did not come whole
 * - `not_allowed`: this person may not be in the room any more
 * - `stopping`: the server is stopping
 */
export type FileRefusal =
  | "too_large"
  | "empty"
  | "busy"
  | "overloaded"
  | "share_used"
  | "full"
  | "slow"
  | "not_allowed"
  | "stopping";

/** A file is not taken or not given. The message is one sentence for people. */
export class FileError extends Error {
  override name = "FileError";
  readonly reason: FileRefusal;

  constructor(reason: FileRefusal, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Whether a disk, a quota of the system or a limit of the process does not take more bytes. */
export function isDiskFull(error: unknown): boolean {
  // EFBIG, ENOSPC, EDQUOT: the runtime gives such errors no code, only a message with the number.
  return error instanceof Error && /\(os error (?:27|28|122)\)$/.test(error.message);
}
