/** A client that resumes from messages that are no longer kept, or of another numbering. */

import { assert, assertEquals } from "@std/assert";
import {
  assertUnbroken,
  chat,
  lineWith,
  messageAt,
  roomPath,
  sayMany,
  seqsOf,
} from "../../testing/conversation.ts";
import { seeded } from "../../testing/random.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";

test("Client.entered: reports the gap of what is no longer kept, then sends the rest", async () => {
  await using server = await serveChat("--keep", "100", "--tail", "16", "--rate", "0");
  await using talker = await Peer.join(server.host, roomPath("gap"));
  await sayMany(talker, 500);
  const [{ epoch }] = talker.all("welcome");
  await using late = await Peer.join(server.host, roomPath("gap", { since: 10, epoch }));
  await messageAt(late, 500);
  assertEquals(late.all("gap"), [{ type: "gap", from: 11, to: 400 }]);
  assertUnbroken(seqsOf(late), 401, "kept");
});

test("Client.entered: sends nothing that is no longer kept, though memory still has it", async () => {
  await using server = await serveChat("--keep", "5");
  await using talker = await Peer.join(server.host, roomPath("gap"));
  await sayMany(talker, 12);
  await using late = await Peer.join(server.host, roomPath("gap", { since: 0 }));
  await messageAt(late, 12);
  assertEquals(late.all("gap"), [{ type: "gap", from: 1, to: 7 }]);
  assertUnbroken(seqsOf(late), 8, "kept");
  await using guest = await Peer.join(server.host, roomPath("gap"));
  await messageAt(guest, 12);
  assertUnbroken(seqsOf(guest), 8, "kept");
});

test("Client.entered: reports no gap of messages to a client that had none", async () => {
  await using server = await serveChat("--keep", "100", "--tail", "16", "--rate", "0");
  await using talker = await Peer.join(server.host, roomPath("gap"));
  await sayMany(talker, 500);
  await using guest = await Peer.join(server.host, roomPath("gap", { replay: 300 }));
  await messageAt(guest, 500);
  assertEquals(guest.all("gap"), []);
  assertUnbroken(seqsOf(guest), 401, "kept");
});

/** Fails unless gaps and messages, as they came, cover everything behind `since`. */
function assertCovered(peer: Peer, since: number): number {
  let last = since;
  for (const line of peer.lines) {
    const { type, seq, from, to } = JSON.parse(line);
    if (type !== "gap" && type !== "message") continue;
    assertEquals(type === "gap" ? from : seq, last + 1, `since ${since}`);
    last = type === "gap" ? to : seq;
  }
  return last;
}

test("Client.entered: leaves nothing out between gaps and messages while old messages go", async () => {
  await using server = await serveChat("--keep", "50", "--tail", "16", "--rate", "0");
  await using talker = await Peer.join(server.host, roomPath("gap", { replay: 0 }));
  const random = seeded(7);
  await using _talk = chat(talker, random);
  let gaps = 0;
  for (let last = 0, visits = 0; visits < 100; visits++) {
    const since = Math.max(last - random.int(200), 0);
    await using late = await Peer.join(server.host, roomPath("gap", { since }));
    await lineWith(late, "nothing", 60);
    last = Math.max(assertCovered(late, since), last);
    gaps += late.all("gap").length;
  }
  assert(gaps > 0, "there were gaps");
});

test("Client.entered: resets a client with another epoch, or from beyond the newest message", async () => {
  await using server = await serveChat("--replay", "5", "--rate", "0");
  await using talker = await Peer.join(server.host, roomPath("reset"));
  await sayMany(talker, 20);
  const [{ epoch }] = talker.all("welcome");
  const places = [{ since: 7, epoch: "another" }, { since: 21, epoch }, { since: 900 }];
  for (const place of places) {
    await using peer = await Peer.join(server.host, roomPath("reset", place));
    await messageAt(peer, 20);
    const [welcome] = peer.all("welcome");
    assertEquals([welcome.reset, welcome.epoch, welcome.seq], [true, epoch, 20]);
    assertUnbroken(seqsOf(peer), 16, JSON.stringify(place));
    assertEquals(peer.all("gap"), []);
  }
});

test("Client.entered: neither resets nor replays to a client at the newest message", async () => {
  await using server = await serveChat("--rate", "0");
  await using talker = await Peer.join(server.host, roomPath("level"));
  await sayMany(talker, 20);
  const [{ epoch }] = talker.all("welcome");
  await using peer = await Peer.join(server.host, roomPath("level", { since: 20, epoch }));
  await sayMany(talker, 1, "next");
  await messageAt(peer, 21);
  assertEquals(peer.all("welcome")[0].reset, undefined);
  assertUnbroken(seqsOf(peer), 21, "level");
});
