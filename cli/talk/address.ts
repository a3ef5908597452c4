/** Where somebody wants to talk, as it is written on the command line. */

/** A room of a server. */
export interface Address {
  /** The server, with the path prefix that it may have. */
  readonly url: URL;
  readonly room: string;
  /** What a link may carry. */
  readonly name: string | undefined;
  readonly token: string | undefined;
}

/**
 * Reads an address: a server's, which means its lobby, or a room's.
 *
 * @example
 * ```ts
 * parseAddress("localhost:8080").room; // "lobby"
 * parseAddress("https://example.org/chat/rooms/tea").url.href; // "https://example.org/chat"
 * ```
 *
 * @throws {TypeError} for what is no address
 */
export function parseAddress(word: string): Address {
  const url = new URL(/^(?:https?|wss?):\/\//i.test(word) ? word : `http://${word}`);
  const [, prefix, part = "lobby"] = /^(.*?)(?:\/rooms\/([^/]+))?\/*$/.exec(url.pathname)!;
  const { searchParams } = url;
  const [name, token] = ["name", "token"].map((key) => searchParams.get(key) ?? undefined);
  url.protocol = url.protocol.replace("ws", "http");
  url.pathname = prefix;
  url.search = url.hash = "";
  return { url, room: decode(part, word), name, token };
}

function decode(part: string, word: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError(`"${word}" is not well encoded`);
  }
}
