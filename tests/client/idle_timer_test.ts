/** An idle timer that is set seldom still does what the runtime promises of it. */

import { assert, assertEquals } from "@std/assert";
import { throttleIdleTimer } from "../../client/idle_timer.ts";
import { RawPeer, test } from "../../testing/support.ts";

const [PONG, PING, CLOSE] = [0x8a, 9, 8];

/** Long enough for an answer within half of it on a busy machine, in seconds. */
const IDLE_TIMEOUT = 4;

/** A server that gives a silent peer up. */
function serve(received: (socket: WebSocket) => void): Deno.HttpServer<Deno.NetAddr> {
  const interval = () => Math.floor(performance.now() / 100);
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: IDLE_TIMEOUT });
    throttleIdleTimer(socket, interval);
    socket.onmessage = () => received(socket);
    return response;
  });
}

test("throttleIdleTimer: keeps a peer that answers pings, and gives up one that does not", async () => {
  let received = 0;
  await using server = serve(() => void received++);
  using peer = await RawPeer.upgrade(`127.0.0.1:${server.addr.port}`, "/");
  for (let n = 0; n < 50; n++) await peer.frame(0x81, `message ${n}`);
  assertEquals((await peer.next())?.opcode, PING);
  await peer.frame(PONG, "");
  assertEquals(received, 50);
  assertEquals((await peer.next())?.opcode, PING);
  const { opcode, payload } = (await peer.next())!;
  assertEquals([opcode, new DataView(payload.buffer, payload.byteOffset).getUint16(0)], [
    CLOSE,
    1001,
  ]);
});

test("throttleIdleTimer: sets the timer once in an interval", () => {
  const method = Object.getOwnPropertySymbols(WebSocket.prototype)
    .find(({ description }) => description === "[[serverHandleIdleTimeout]]")!;
  assert(method, "the runtime has it under this name");
  let set = 0;
  const socket = { [method]: () => void set++ } as unknown as WebSocket;
  let interval = 0;
  throttleIdleTimer(socket, () => interval);
  const replaced = (socket as unknown as Record<symbol, () => void>)[method];
  for (let n = 0; n < 50; n++) replaced();
  assertEquals(set, 1);
  interval++;
  for (let n = 0; n < 50; n++) replaced();
  assertEquals(set, 2);
});
