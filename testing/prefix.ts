/**
 * A proxy that serves a chat under a path prefix, as an operator's own web server would: what is under
 * the prefix goes to the server without it, sockets too. The pages come from here, since only they
 * must know about the prefix.
 */

import { openPages } from "../http/pages.ts";
import { rememberingLog } from "./support.ts";

/** Where the proxy is, and how it ends. */
export interface PrefixProxy extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts a proxy.
 *
 * @param server the chat's address
 * @param prefix like `/chat`
 * @param passesSockets whether sockets get through
 */
export function startPrefixProxy(
  server: string,
  prefix: string,
  passesSockets = true,
): PrefixProxy {
  const pages = openPages({ assets: "", base: prefix }, rememberingLog());
  const listener = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      if (!pathname.startsWith(`${prefix}/`)) return new Response("another site", { status: 404 });
      const path = pathname.slice(prefix.length);
      if (request.headers.get("upgrade")) {
        return passesSockets
          ? passOn(request, server.replace("http", "ws") + path + search)
          : new Response("no upgrades here", { status: 400 });
      }
      const isRoom = /^\/(?:rooms\/[^/]+)?$/.test(path);
      if (isRoom || path.startsWith("/static/")) return await pages.answer(request, path, isRoom);
      return await fetch(server + path + search, { headers: { accept: "application/json" } });
    },
  );
  return {
    url: `http://127.0.0.1:${listener.addr.port}${prefix}`,
    [Symbol.asyncDispose]: () => listener.shutdown(),
  };
}

function passOn(request: Request, to: string): Response {
  const { socket, response } = Deno.upgradeWebSocket(request);
  const behind = new WebSocket(to);
  behind.onmessage = ({ data }) => socket.send(data);
  behind.onclose = () => socket.close();
  socket.onmessage = ({ data }) => behind.send(data);
  socket.onclose = () => behind.close();
  return response;
}
