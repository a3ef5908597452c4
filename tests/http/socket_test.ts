/** What sockets without manners do: they end, the others chat on. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import {
  type ChatServer,
  Peer,
  RawPeer,
  serveChat,
  startServer,
  test,
} from "../../testing/support.ts";

const TEXT = 0x81;
const HEADERS = {
  upgrade: "Upgrade: websocket\r\n",
  connection: "Connection: Upgrade\r\n",
  key: "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n",
  version: "Sec-WebSocket-Version: 13\r\n",
};

const text = ({ payload }: { payload: Uint8Array }) => new TextDecoder().decode(payload);

/** How a connection ended: the code and words of its close frame, 0 if there was none. */
async function ending(raw: RawPeer): Promise<{ code: number; reason: string; before: string[] }> {
  const before: string[] = [];
  for (;;) {
    const frame = await raw.next();
    if (!frame) return { code: 0, reason: "", before };
    if (frame.opcode !== 8) {
      before.push(text(frame));
      continue;
    }
    const { payload } = frame;
    const code = payload.length < 2 ? 1005 : payload[0] << 8 | payload[1];
    // Both sides must have said it before the line is cut.
    await raw.frame(0x88, payload).catch(() => {});
    return { code, reason: new TextDecoder().decode(payload.subarray(2)), before };
  }
}

/** Checks that somebody who was there before is still served, and somebody new too. */
async function servesOthers({ host }: ChatServer, bystander: Peer): Promise<void> {
  const word = crypto.randomUUID();
  await using fresh = await Peer.join(host, "/ws");
  fresh.send(word);
  await bystander.until(() => bystander.lines.includes(word), "the word");
  await fresh.until(() => fresh.lines.includes(word), "the word");
}

function socketTest(
  name: string,
  fn: (raw: RawPeer, server: ChatServer) => Promise<void>,
  { path = "/ws", flags = [] as string[] } = {},
): void {
  test(name, async () => {
    await using server = await serveChat(...flags);
    await using bystander = await Peer.join(server.host, "/ws");
    using raw = await RawPeer.upgrade(server.host, path);
    await fn(raw, server);
    await servesOthers(server, bystander);
  });
}

socketTest("Client.receive: takes a fragmented text as one message", async (raw) => {
  await raw.frame(0x01, "hel");
  await raw.frame(0x00, "lo ");
  await raw.frame(0x89, "ping between");
  await raw.frame(0x80, "world");
  const frames = [(await raw.next())!, (await raw.next())!];
  assertEquals(frames.map(({ opcode }) => opcode).sort(), [1, 10]);
  assertEquals(text(frames.find(({ opcode }) => opcode === 1)!), "hello world");
});

socketTest("Client.receive: takes a fragmented character as one character", async (raw) => {
  const bytes = new TextEncoder().encode("日");
  await raw.frame(0x01, bytes.subarray(0, 1));
  await raw.frame(0x80, bytes.subarray(1));
  assertEquals(text((await raw.next())!), "日");
});

socketTest("Client.receive: takes frames of one packet as messages of their own", async (raw) => {
  await raw.frame(TEXT, "one");
  await raw.frame(TEXT, "two");
  let lines = "";
  while (lines.split("\n").length < 2) lines += (lines && "\n") + text((await raw.next())!);
  assertEquals(lines, "one\ntwo");
});

socketTest("Upgrades.upgrade: answers a ping with its payload", async (raw) => {
  await raw.frame(0x89, "are you there");
  const pong = (await raw.next())!;
  assertEquals([pong.opcode, text(pong)], [10, "are you there"]);
});

socketTest("Upgrades.upgrade: answers a close with a close", async (raw) => {
  await raw.frame(0x88, new Uint8Array([1000 >> 8, 1000 & 255]));
  assertEquals((await ending(raw)).code, 1000);
});

const FLAGS = ["--max-message", "64"];
for (const path of ["/ws", "/rooms/lobby", "/chat?email=a@b.c"]) {
  socketTest(`Client.receive: closes with 1003 for a binary frame on ${path}`, async (raw) => {
    await raw.frame(0x82, new Uint8Array([1, 2, 3]));
    const { code, reason } = await ending(raw);
    assertEquals([code, reason], [1003, "binary frame"]);
  }, { path });

  socketTest(
    `Client.receive: closes with 1009 for a frame over the limit on ${path}`,
    async (raw) => {
      await raw.frame(TEXT, "x".repeat(LIMITS.frameBytes + 1));
      const { code, reason } = await ending(raw);
      assertEquals([code, reason], [1009, "frame too large"]);
    },
    { path, flags: FLAGS },
  );

  test(`Client.receive: refuses a frame at the limit on ${path}, and goes on`, async () => {
    await using server = await serveChat(...FLAGS);
    await using peer = await Peer.join(server.host, path);
    const isRefusal = (line: string) => /64 bytes|bad_json/.test(line);
    for (const count of [1, 2]) {
      peer.send("é".repeat(LIMITS.frameBytes / 2));
      await peer.until(() => peer.lines.filter(isRefusal).length === count, "a refusal");
    }
  });
}

socketTest("Client.receive: closes with 1009 for fragments over the limit", async (raw) => {
  for (const first of [0x01, 0x00, 0x80]) {
    await raw.frame(first, "x".repeat(LIMITS.frameBytes / 2));
  }
  assertEquals((await ending(raw)).code, 1009);
}, { flags: FLAGS });

const BAD: Record<string, [first: number, payload: Uint8Array | string, masked?: boolean]> = {
  "bad UTF-8": [TEXT, new Uint8Array([0x68, 0xff, 0xfe])],
  "half a character": [TEXT, new Uint8Array([0xe6, 0x97])],
  "a surrogate in UTF-8": [TEXT, new Uint8Array([0xed, 0xa0, 0x80])],
  "a reserved data opcode": [0x83, "x"],
  "a reserved control opcode": [0x8b, "x"],
  "a reserved bit": [0xc1, "x"],
  "a continuation of nothing": [0x80, "x"],
  "a ping in fragments": [0x09, "x"],
  "a ping that is too long": [0x89, "x".repeat(126)],
  "a close with a payload of one byte": [0x88, new Uint8Array([3])],
};

for (const [what, [first, payload, masked]] of Object.entries(BAD)) {
  socketTest(`Upgrades.upgrade: ends that connection alone for ${what}`, async (raw) => {
    await raw.frame(first, payload, masked);
    const { before } = await ending(raw);
    assertEquals(before, []);
  });
}

socketTest("Upgrades.upgrade: takes no harm from a frame without a mask", async (raw) => {
  await raw.frame(TEXT, "bare", false);
  await raw.frame(0x88, new Uint8Array([1000 >> 8, 1000 & 255])).catch(() => {});
  const { before } = await ending(raw);
  assert(before.length === 0 || before.join() === "bare", before.join());
});

socketTest(
  "Upgrades.upgrade: ends that connection alone for bytes that are not frames",
  async (raw) => {
    await raw.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await ending(raw);
  },
);

test("Upgrades.upgrade: answers 4xx to an incomplete or odd handshake, and goes on", async () => {
  await using server = await serveChat();
  await using bystander = await Peer.join(server.host, "/ws");
  const { upgrade, connection, key, version } = HEADERS;
  const odd = [
    upgrade,
    upgrade + connection,
    upgrade + connection + version,
    upgrade + connection + key,
    upgrade + key + version,
    upgrade + connection + key + "Sec-WebSocket-Version: 8\r\n",
    upgrade + connection + key + "Sec-WebSocket-Version: x\r\n",
    upgrade + "Connection: close\r\n" + key + version,
    connection + key + version,
    "Upgrade: h2c\r\n" + connection + key + version,
    "Upgrade: \r\n" + connection + key + version,
  ];
  for (const headers of odd) {
    using raw = await RawPeer.connect(server.host, "/ws", headers);
    assertMatch(await raw.head(), /^HTTP\/1\.1 4\d\d /, headers);
  }
  await servesOthers(server, bystander);
});

test("Upgrades.upgrade: accepts a handshake in any case", async () => {
  await using server = await serveChat();
  const { key, version } = HEADERS;
  const headers = "UPGRADE: WebSocket\r\nconnection: keep-alive, upgrade\r\n" + key + version;
  using raw = await RawPeer.connect(server.host, "/ws", headers);
  assertMatch(await raw.head(), /^HTTP\/1\.1 101 /);
});

test("Upgrades.upgrade: goes on when clients go away in the middle of a handshake", async () => {
  // A process of its own: Deno may keep such a socket for ever.
  await using server = await startServer();
  await using bystander = await Peer.join(server.host, "/rooms/lobby");
  for (const path of ["/ws", "/rooms/lobby", "/chat?email=a@b.c"]) {
    for (let n = 0; n < 20; n++) {
      const raw = await RawPeer.connect(server.host, path);
      // With and without an answer that is there and not read: a FIN, or an RST.
      if (n % 2) await new Promise((resolve) => setTimeout(resolve, n / 4));
      raw[Symbol.dispose]();
    }
  }
  for (const part of ["GET /ws HT", "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n"]) {
    const [hostname, port] = server.host.split(":");
    const connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(new TextEncoder().encode(part));
    connection.close();
  }
  await using fresh = await Peer.join(server.host, "/rooms/lobby");
  fresh.say("still here");
  assertEquals((await bystander.next("message")).text, "still here");
});

test("Client.end: removes the member of a client that vanishes", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  await ann.next("welcome");
  const raw = await RawPeer.upgrade(server.host, "/rooms/lobby");
  await ann.until(() => ann.all("presence").at(-1)?.count === 2, "somebody to come");
  raw[Symbol.dispose]();
  await ann.until(() => ann.all("presence").at(-1)?.count === 1, "somebody to go");
});
