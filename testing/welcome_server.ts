/** A server of a few lines, which welcomes everybody to a room and leaves the rest to the test. */

import { within } from "./wait.ts";

/** What it says to everybody first. */
export const WELCOME = {
  type: "welcome",
  room: "tea",
  you: { id: "1", name: "Ann" },
  epoch: "e",
  seq: 0,
  members: [],
  count: 1,
} as const;

/** A running one. */
export interface WelcomeServer extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
}

/**
 * Starts one.
 *
 * @param entered is called with each socket when it has been welcomed
 */
export function serveWelcome(entered: (socket: WebSocket) => void): WelcomeServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => {
      socket.send(JSON.stringify(WELCOME));
      entered(socket);
    };
    return response;
  });
  return {
    host: `127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => within(server.shutdown(), "the listener to close"),
  };
}
