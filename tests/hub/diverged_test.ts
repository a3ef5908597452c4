/** A client with another history than the server's is told so, and no other client is. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";
import { Watcher } from "../../testing/watcher.ts";

interface Place {
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
}

/** Says so many messages, and answers with the place behind each of them. */
async function say(server: ChatServer, count: number, room = "r"): Promise<Place[]> {
  await using peer = await Peer.join(server.host, `/rooms/${room}?replay=0`);
  const { epoch } = await peer.next("welcome");
  for (let n = 0; n < count; n++) peer.say(`${n}`);
  await peer.until(() => peer.all("message").length === count, `${count} messages`);
  return peer.all("message").map(({ seq, at }) => ({ epoch, seq, at }));
}

const query = ({ epoch, seq, at }: Place) => `?since=${seq}&epoch=${epoch}&at=${at}`;

/** How a client is received that comes back to a place: on the JSON wire and as a watcher. */
async function receptions(server: ChatServer, place: Place, room = "r") {
  await using peer = await Peer.join(server.host, `/rooms/${room}${query(place)}`);
  const { reset, after } = await peer.next("welcome");
  const id = { "Last-Event-ID": `${place.epoch}.${place.seq}.${place.at}` };
  await using watcher = await Watcher.open(server, "", id, room);
  const { type } = (await watcher.next())!;
  return { reset: reset === true, type, after };
}

const TOLD = { reset: true, type: "reset" };
const RESUMED = { reset: false, type: "welcome" };

async function assertReset(server: ChatServer, place: Place): Promise<void> {
  const { after: _, ...reception } = await receptions(server, place);
  assertEquals(reception, TOLD, JSON.stringify(place));
}

async function assertResumed(server: ChatServer, place: Place): Promise<void> {
  assertEquals(await receptions(server, place), { ...RESUMED, after: place.seq });
}

/** Runs with a database that lost its newest messages after they were received. */
async function afterRestore(
  fn: (server: ChatServer, kept: Place[], lost: Place[]) => Promise<void>,
  ...flags: string[]
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const db = `${folder}/chat.db`;
  const open = () => serveChat("--db", db, "--rate", "0", ...flags);
  let kept: Place[];
  let lost: Place[];
  {
    await using server = await open();
    kept = await say(server, 100);
  }
  await Deno.copyFile(db, `${folder}/backup.db`);
  {
    await using server = await open();
    lost = await say(server, 40);
  }
  for (const end of ["", "-wal", "-shm"]) await Deno.remove(db + end).catch(() => {});
  await Deno.copyFile(`${folder}/backup.db`, db);
  {
    await using server = await open();
    await fn(server, kept, lost);
  }
  await Deno.remove(folder, { recursive: true });
}

test("RoomOpener.isReady: after a restored backup, resets a client once there are as many messages again", () =>
  afterRestore(async (server, kept, lost) => {
    // Fewer messages than the client has.
    await assertReset(server, lost[39]);
    await assertResumed(server, kept[99]);
    await say(server, 60);
    // As many and more, in a room that is opened for it.
    await assertReset(server, lost[0]);
    await assertReset(server, lost[39]);
    await assertResumed(server, kept[99]);
    await assertResumed(server, kept[5]);
  }));

test("RoomOpener.isReady: compares in an open room too, in memory and beyond", () =>
  afterRestore(
    async (server, kept, lost) => {
      await using stays = await Peer.join(server.host, "/rooms/r?replay=0");
      await stays.next("welcome");
      await say(server, 3 * LIMITS.warm);
      for (const place of [lost[0], lost[39]]) await assertReset(server, place);
      for (const place of [kept[99], kept[50], kept[0]]) {
        await assertResumed(server, place);
        await assertReset(server, { ...place, at: place.at + 1 });
      }
    },
    "--tail",
    "16",
  ));

test("RoomOpener.isReady: a client that is reset receives the newest messages, as a new one does", () =>
  afterRestore(async (server, _kept, lost) => {
    await say(server, 60);
    await using peer = await Peer.join(server.host, `/rooms/r${query(lost[39])}&replay=5`);
    const welcome = await peer.next("welcome");
    assertEquals([welcome.reset, welcome.seq, welcome.after], [true, 160, 155]);
    await peer.until(() => peer.all("message").length === 5, "five messages");
    assertEquals(peer.all("message").map(({ seq }) => seq), [156, 157, 158, 159, 160]);
  }));

test("RoomOpener.isReady: compares nothing below the oldest message that is kept", async () => {
  await using server = await serveChat("--keep", "20", "--tail", "16", "--rate", "0");
  const places = await say(server, 100);
  await using open = await Peer.join(server.host, "/rooms/r?replay=0");
  await open.next("welcome");
  for (const place of [places[9], { ...places[9], at: 1 }]) {
    await using peer = await Peer.join(server.host, `/rooms/r${query(place)}`);
    assertEquals((await peer.next("welcome")).reset, undefined);
    assertEquals(await peer.next("gap"), { type: "gap", from: 11, to: 80 });
  }
  await assertReset(server, { ...places[85], at: 1 });
});

test("RoomOpener.isReady: compares nothing for a client that knows no time", async () => {
  await using server = await serveChat();
  const [{ epoch, at }] = await say(server, 3);
  for (
    const place of [`?since=2&epoch=${epoch}`, `?since=0&epoch=${epoch}&at=${at + 9}`, "?since=2"]
  ) {
    await using peer = await Peer.join(server.host, `/rooms/r${place}`);
    assertEquals((await peer.next("welcome")).reset, undefined, place);
  }
});

test("RoomOpener.isReady: lets others in meanwhile, each by what they know", async () => {
  await using server = await serveChat("--rate", "0");
  const places = await say(server, 200);
  const coming = places.map(async (place, index) => {
    const at = index % 2 ? place.at : place.at - 1;
    await using peer = await Peer.join(server.host, `/rooms/r${query({ ...place, at })}`);
    return (await peer.next("welcome")).reset === true;
  });
  const resets = await Promise.all(coming);
  assert(resets.every((reset, index) => reset === (index % 2 === 0)), resets.join());
});
