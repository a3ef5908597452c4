/**
 * Clients that read slowly, or not at all, over real sockets: there the kernel's buffers must be full
 * before anybody is slow.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { range } from "../../testing/fakes.ts";
import { Peer, RawPeer, serveChat, startServer, test } from "../../testing/support.ts";

const isMessage = (line: string) => line.startsWith('{"type":"message"');

/** Says so many messages of 4 KB, a hundred at a time, and waits until they have come back. */
async function flood(peer: Peer, count: number): Promise<void> {
  const text = "x".repeat(4_000);
  let at = peer.lines.length;
  let echoes = 0;
  for (let sent = 100; sent <= count; sent += 100) {
    for (let i = 0; i < 100; i++) peer.say(text);
    await peer.until(() => {
      for (; at < peer.lines.length; at++) if (isMessage(peer.lines[at])) echoes++;
      return echoes >= sent;
    }, "the echo");
  }
}

/** Reads all that there is up to a message; answers with the lines. */
async function readTo(raw: RawPeer, seq: number): Promise<string[]> {
  const lines: string[] = [];
  const words = `"type":"message","seq":${seq},`;
  while (!lines.slice(-200).some((line) => line.includes(words))) {
    const frame = await raw.next();
    if (!frame) throw new Error(`it ended before ${seq}`);
    if (frame.opcode === 1) lines.push(...new TextDecoder().decode(frame.payload).split("\n"));
  }
  return lines;
}

test("Client.notify: serves one that reads slowly from the journal, in order, each message once", async () => {
  await using server = await serveChat("--rate", "0", "--tail", "16");
  await using talker = await Peer.join(server.host, "/rooms/slow?replay=0");
  using slow = await RawPeer.upgrade(server.host, "/rooms/slow?replay=0");
  await flood(talker, 5_000);
  const reading = readTo(slow, 6_000);
  await flood(talker, 1_000);
  const objects = (await reading).map((line) => JSON.parse(line));
  const seqs = objects.filter(({ type }) => type === "message").map(({ seq }) => seq);
  assertEquals(seqs, range(1, 6_000));
  assert(objects.some(({ type, members }) => type === "presence" && members), "it fell behind");
});

test("Client.sweep: closes one that reads nothing, which leaves at once and disturbs nobody", async () => {
  await using server = await serveChat("--rate", "0", "--tail", "16", "--stall", "1");
  await using talker = await Peer.join(server.host, "/rooms/stuck?replay=0");
  using stuck = await RawPeer.upgrade(server.host, "/rooms/stuck?replay=0&name=Stuck");
  const stuckId = () => /"id":"(\w+)","name":"Stuck"/.exec(talker.lines.join("\n"))?.[1];
  await talker.until(() => stuckId() !== undefined, "the one who reads nothing");
  const id = stuckId()!;
  // How much the kernel's buffers take differs; it is slow once they are full.
  let said = 0;
  const isStalled = () => server.log.events.some((event) => event.includes("stalled"));
  for (; !isStalled() && said < 20_000; said += 500) await flood(talker, 500);
  // If the talker fell behind meanwhile, it gets everybody who is there instead.
  await talker.until(() => {
    const presence = talker.lines.findLast((line) => line.startsWith('{"type":"presence"'))!;
    return presence.includes(`"left":["${id}"]`) || !presence.includes(id);
  }, "the news that it has left");
  assert(
    server.log.events.some((event) => event.startsWith("closed") && event.includes("stalled")),
  );
  await flood(talker, 100);
  const seqs = talker.lines.filter(isMessage).map((line) => JSON.parse(line).seq);
  assertEquals(seqs, range(1, said + 100));
  // It finds out when it reads again: all of it is in order, and then it ends.
  const lines: string[] = [];
  for (let frame; (frame = await stuck.next()) && frame.opcode !== 8;) {
    lines.push(...new TextDecoder().decode(frame.payload).split("\n"));
  }
  const had = lines.filter(isMessage).map((line) => JSON.parse(line).seq);
  assertEquals(had, range(1, had.length));
});

/** Memory of a process that is not shared, in MB. Only Linux has it; elsewhere the test is ignored. */
async function memoryOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)![1]) / 1024;
}

const linux = Deno.build.os === "linux";

(linux ? test : Deno.test.ignore)(
  "Client.notify: holds little memory for one that reads nothing",
  async () => {
    const stuckClients = 40;
    const folder = await Deno.makeTempDir();
    try {
      const flags = ["--db", `${folder}/chat.db`, "--rate", "0", "--stall", "60", "--keep", "100"];
      await using server = await startServer(...flags);
      await using talker = await Peer.join(server.host, "/rooms/memory?replay=0");
      await flood(talker, 5_000);
      const before = await memoryOf(server.pid);
      const stuck: RawPeer[] = [];
      try {
        for (let i = 0; i < stuckClients; i++) {
          stuck.push(await RawPeer.upgrade(server.host, "/rooms/memory?replay=0"));
        }
        await flood(talker, 5_000);
        const grown = await memoryOf(server.pid) - before;
        // Unbounded it would be 20 MB each. The collector takes its time on a busy machine.
        assertLess(grown, 5 * stuckClients, `${grown} MB for ${stuckClients}`);
      } finally {
        for (const peer of stuck) peer[Symbol.dispose]();
        await server.stop("SIGKILL");
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
