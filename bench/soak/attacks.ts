/**
 * The attacks of a soak, by name. Each is bounded in what it does at once, and leaves nothing behind
 * when it is over.
 */

import { UPGRADE } from "../../testing/raw_peer.ts";
import { pause } from "../../testing/wait.ts";
import { ask, type Attack, headOf, type Target, withBytes, withSocket } from "./attack_target.ts";

/** Each kind of attack comes from addresses of its own: this many numbers. */
const ADDRESSES = 256;
const HOLD_MS = 10_000;
/** It once held up every page of a room for 17 s. */
const EVIL = `世 https://a/${".".repeat(1_000)}x${")".repeat(500)}`;
const say = (text: string) => JSON.stringify({ type: "say", text });

/** Sends frames in bursts until the server ends it, or for a while. */
async function burst(target: Target, socket: WebSocket, frames: readonly string[]): Promise<void> {
  socket.onmessage = null;
  for (let n = 0; n < 20 && socket.readyState === WebSocket.OPEN; n++) {
    for (const frame of frames) socket.send(frame);
    await pause(100, target.signal);
  }
}

/** Reads this much now and then, until it is over. */
async function read(target: Target, connection: Deno.TcpConn, bytes: number): Promise<void> {
  const chunk = new Uint8Array(bytes);
  for (let n = 0; n < HOLD_MS / 100 && !target.signal.aborted; n++) {
    if (await connection.read(chunk) === null) return;
    await pause(100, target.signal);
  }
}

const BROKEN = [
  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 12\r\n",
  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
  "Upgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n",
  `${UPGRADE}Origin: https://evil.example\r\n`,
  `${UPGRADE}X-Long: ${"x".repeat(20_000)}\r\n`,
  "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
];

/** Sockets that ask for too much, or say it. */
const SOCKETS: Record<string, Attack> = {
  "rooms opened": {
    loops: 30,
    pauseMs: 20,
    async step(target, loop) {
      const room = `new-${loop}-${crypto.randomUUID()}`;
      await withSocket(target, `/rooms/${room}`, loop % 10, () => Promise.resolve());
    },
  },
  "messages flooded": {
    loops: 4,
    pauseMs: 10,
    async step(target) {
      const frames = Array<string>(100).fill(say("flood"));
      await withSocket(target, `/rooms/${target.room}?replay=0`, ADDRESSES, (socket) => {
        return burst(target, socket, frames);
      });
    },
  },
  "renamed and typed": {
    loops: 4,
    pauseMs: 10,
    async step(target, loop) {
      const frames = Array.from({ length: 20 }, (_, n) => [
        JSON.stringify({ type: "name", name: `Mallory ${n}` }),
        Array(50).fill('{"type":"typing"}').join("\n"),
      ]).flat();
      await withSocket(target, `/rooms/${target.room}?replay=0`, 2 * ADDRESSES + loop, (socket) => {
        return burst(target, socket, frames);
      });
    },
  },
  "evil messages": {
    loops: 2,
    pauseMs: 100,
    async step(target, loop) {
      const frames = [
        say(EVIL),
        say("\u2028\u202e".repeat(500)),
        "[".repeat(9_000),
        say("x".repeat(9_000)),
      ];
      await withSocket(target, `/rooms/${target.room}?replay=0`, 3 * ADDRESSES + loop, (socket) => {
        return burst(target, socket, frames);
      });
    },
  },
  "frames too large": {
    loops: 2,
    pauseMs: 200,
    async step(target, loop) {
      await withSocket(target, `/ws?room=${target.room}`, 4 * ADDRESSES + loop, (socket) => {
        return burst(target, socket, ["x".repeat(100_000)]);
      });
    },
  },
};

/** Connections that never become what they began as, or are not read. */
const CONNECTIONS: Record<string, Attack> = {
  "handshakes reset": {
    loops: 5,
    pauseMs: 20,
    async step(target, loop) {
      const head = headOf(target, `/rooms/${target.room}`, 5 * ADDRESSES + loop, UPGRADE);
      // What has come and was not read makes the kernel reset the connection.
      await withBytes(target, head, () => pause(Math.random() * 10, target.signal));
    },
  },
  "handshakes broken": {
    loops: 5,
    pauseMs: 50,
    async step(target, loop) {
      const broken = BROKEN[Math.floor(Math.random() * BROKEN.length)];
      const head = headOf(target, `/rooms/${target.room}`, 6 * ADDRESSES + loop, broken);
      const isWhole = Math.random() < 0.5;
      await withBytes(target, isWhole ? head : head.slice(0, -4), async (connection) => {
        if (isWhole) await connection.read(new Uint8Array(1_000));
      });
    },
  },
  "streams not read": {
    loops: 20,
    pauseMs: 100,
    async step(target, loop) {
      const head = headOf(target, `/rooms/${target.room}/events?since=0`, 7 * ADDRESSES + loop);
      await withBytes(target, head, () => pause(HOLD_MS, target.signal));
    },
  },
  "sockets not read": {
    loops: 10,
    pauseMs: 100,
    async step(target, loop) {
      const head = headOf(target, `/rooms/${target.room}?since=0`, 8 * ADDRESSES + loop, UPGRADE);
      await withBytes(target, head, () => pause(HOLD_MS, target.signal));
    },
  },
  "sockets read slowly": {
    loops: 10,
    pauseMs: 100,
    async step(target, loop) {
      const head = headOf(target, `/rooms/${target.room}?since=0`, 9 * ADDRESSES + loop, UPGRADE);
      await withBytes(target, head, (connection) => read(target, connection, 2_000));
    },
  },
};

/** Requests. */
const REQUESTS: Record<string, Attack> = {
  "lists polled": {
    loops: 20,
    pauseMs: 100,
    step: (target, loop) => ask(target, "/rooms", 10 * ADDRESSES + loop),
  },
  "history read": {
    loops: 5,
    pauseMs: 50,
    async step(target, loop) {
      const before = 1 + Math.floor(Math.random() * 10_000);
      const path = `/rooms/${target.room}/messages?limit=200&before=${before}`;
      await ask(target, path, 11 * ADDRESSES + loop);
    },
  },
  "messages posted": {
    loops: 5,
    pauseMs: 10,
    async step(target) {
      await ask(target, `/rooms/${target.room}/messages`, 12 * ADDRESSES, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: "posted" }),
      });
    },
  },
};

/** All of them. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  ...SOCKETS,
  ...CONNECTIONS,
  ...REQUESTS,
};
