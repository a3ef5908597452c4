/**
 * A proxy in front of a chat, as an operator's own web server would be one: what is under a path
 * prefix goes to the chat, sockets and cookies too; everything else is another site.
 */

/** A proxy that listens. */
export interface PrefixProxy extends AsyncDisposable {
  /** The public address, with the prefix. */
  readonly url: string;
  /** The chat's own address, `http://127.0.0.1:port`; to be set before the first request. */
  server: string;
}

/** Starts a proxy. @param passesSockets whether sockets get through */
export function startPrefixProxy(prefix: string, passesSockets = true): PrefixProxy {
  const proxy = { server: "" };
  const listener = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    if (!pathname.startsWith(`${prefix}/`)) return new Response("another site", { status: 404 });
    const to = proxy.server + pathname + search;
    if (!request.headers.get("upgrade")) return passOn(request, to);
    if (passesSockets) return passSocketOn(request, to.replace("http", "ws"));
    return new Response("no upgrades here", { status: 400 });
  });
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${listener.addr.port}${prefix}`,
    [Symbol.asyncDispose]: () => listener.shutdown(),
  });
}

/** The browser decodes for itself, so the chat is asked for a plain answer. */
function passOn(request: Request, to: string): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of ["host", "accept-encoding", "connection"]) headers.delete(name);
  const { method, body } = request;
  return fetch(to, { method, headers, body, redirect: "manual" });
}

function passSocketOn(request: Request, to: string): Response {
  const headers: Record<string, string> = {};
  for (const name of ["cookie", "origin"]) headers[name] = request.headers.get(name) ?? "";
  const { socket, response } = Deno.upgradeWebSocket(request);
  // A browser's WebSocket, whose types these are, takes no headers; Deno's does.
  const behind = new WebSocket(to, { headers } as unknown as string[]);
  behind.onmessage = ({ data }) => socket.send(data);
  behind.onclose = () => socket.close();
  socket.onmessage = ({ data }) => behind.send(data);
  socket.onclose = () => behind.close();
  return response;
}
