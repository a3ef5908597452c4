/** Names of rooms: what may be one, and where it is in an address. */

const VALID = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,63}$/u;

/** The room that is meant by what somebody typed: spaces become hyphens. */
export const roomOf = (typed: string): string => typed.trim().replace(/\s+/g, "-").normalize("NFC");

/** Whether this can be a room's name. */
export const isRoom = (name: string): boolean => VALID.test(name);

/** Whether the name is the address of a private or a direct room. */
export const isHidden = (name: string): boolean => name.startsWith("~");

/** The path of a room, or of one of its messages, behind the base. */
export const pathOf = (room: string, seq?: number): string =>
  `/rooms/${encodeURIComponent(room)}${seq === undefined ? "" : `/${seq}`}`;

/**
 * The room of an address: `/` is the lobby.
 *
 * @param pathname the path without the base
 * @returns undefined if the path is not well-formed
 */
export function roomOfPath(pathname: string): string | undefined {
  const [, name = "lobby"] = /^\/rooms\/([^/]+)/.exec(pathname) ?? [];
  try {
    return decodeURIComponent(name).normalize("NFC");
  } catch {
    return;
  }
}

/** The message of an address, if it names one. */
export function seqOfPath(pathname: string): number | undefined {
  const [, seq] = /^\/rooms\/[^/]+\/(\d{1,15})$/.exec(pathname) ?? [];
  return seq === undefined ? undefined : Number(seq);
}

/** A name for search: the same for all ways to write it. */
export const foldedName = (name: string): string => name.normalize("NFKC").toLowerCase();
