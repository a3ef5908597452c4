/** HTTP by hand: for requests that no client of good manners would send. */

import { within } from "./support.ts";

/**
 * Writes these bytes to a connection of its own and reads until the server has no more to say, or
 * has said `enough`.
 */
export async function exchange(host: string, request: string, enough = "\0"): Promise<string> {
  const [hostname, port] = host.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(request));
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const count = await within(connection.read(chunk), `the answer to ${request}`);
    if (count === null) return text;
    text += decoder.decode(chunk.subarray(0, count), { stream: true });
    if (text.includes(enough)) return text;
  }
}

/** Asks for a path as it stands, and answers with the head and the body. */
export function get(host: string, path: string, headers = `Host: ${host}\r\n`): Promise<string> {
  return exchange(host, `GET ${path} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
}
