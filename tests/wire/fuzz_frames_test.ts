/**
 * Frames that no well-behaved client would send, over all wires, while witnesses in the same
 * room chat on and check everything that comes to them.
 */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { assertCalm, chance, fatal, harmless, MOST, SEED, STACK } from "../../testing/fuzz.ts";
import { Peer, RawPeer, serveChat, test, within } from "../../testing/support.ts";

const FRAMES = 10_500;
/** Many connections at once, since most of the time each waits to be closed. */
const AT_ONCE = 15;
const PATHS = [
  "/rooms/lobby?name=Fuzz",
  "/rooms?name=Fuzz",
  "/ws?name=Fuzz",
  "/ws",
  "/chat?email=fuzz@example.org",
];
const CONTROLS = /(?![\n\t])\p{Cc}|\p{Surrogate}/u;
const decoder = new TextDecoder("utf-8", { fatal: true });

const KEYS: Record<string, string> = {
  message: "at,avatar,from,id,name,seq,text,type",
  presence: "count,joined,left,members,type",
  renamed: "from,name,type",
  typing: "from,name,type",
  welcome: "access,after,at,count,epoch,members,room,seq,type,you",
};

/** That this is something that the JSON wire says to everybody; answers with it. */
function checked(line: string): Record<string, unknown> {
  const object = JSON.parse(line);
  const known = KEYS[object.type]?.split(",");
  assert(known, line);
  for (const key of Object.keys(object)) assert(known.includes(key), line);
  const strings = JSON.stringify(object, (key, value) => {
    // What a sender calls a message is the sender's own affair.
    const bad = key === "id" ? /\p{Surrogate}/u : CONTROLS;
    if (typeof value === "string") assertFalse(bad.test(value), line);
    return value;
  });
  assertEquals(strings, line);
  return object;
}

/** Two people who talk when they are asked to, and two who read on the other wires. */
class Witnesses implements AsyncDisposable {
  /** The two who talk come first. */
  readonly #peers: readonly Peer[];
  #turns = 0;
  #last = Promise.resolve();

  private constructor(peers: Peer[]) {
    this.#peers = peers;
  }

  static async join(host: string): Promise<Witnesses> {
    const paths = [
      "/rooms/lobby?name=Ann",
      "/rooms/lobby?name=Bob",
      "/ws",
      "/chat?email=go@example.org",
    ];
    return new Witnesses(await Promise.all(paths.map((path) => Peer.join(host, path))));
  }

  /** One says something, which the other waits for; turns that are asked for at once follow each other. */
  turn(): Promise<void> {
    return this.#last = this.#last.then(async () => {
      const id = `witness ${this.#turns}`;
      const speaker = this.#turns++ % 2;
      this.#peers[speaker].say(`turn ${this.#turns}`, id);
      while ((await this.#peers[1 - speaker].next("message")).id !== id);
    });
  }

  /** Checks what all of them have seen; answers with the messages that there were. */
  async finish(): Promise<unknown[]> {
    const [ann, bob, plain, go] = this.#peers;
    ann.say("the end");
    const last = (line: string) => line.includes("the end");
    for (const peer of this.#peers) {
      await peer.until(() => peer.lines.some(last), "the end");
    }
    const seen = [ann, bob].map((peer) =>
      peer.lines.map(checked).filter(({ type }) => type === "message")
    );
    assertEquals(seen[0], seen[1]);
    for (const [index, { seq }] of seen[0].entries()) assertEquals(seq, index + 1);
    for (const line of plain.lines) assertFalse(CONTROLS.test(line) || line.trim() === "", line);
    for (const frame of go.frames) {
      const { MType, TextMessage, UserStatus, ...rest } = JSON.parse(frame);
      assert(MType === "text_mtype" ? TextMessage.UserInfo.Name : UserStatus.Users, frame);
      assertEquals(rest, {}, frame);
    }
    assert(this.#turns > 20, `${this.#turns} turns`);
    assertEquals(seen[0].filter(({ id }) => /^witness/.test(String(id))).length, this.#turns);
    return seen[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) await peer[Symbol.asyncDispose]();
  }
}

/** All messages of the lobby, as HTTP gives them. */
async function history(host: string): Promise<unknown[]> {
  const pages: { seq: number }[][] = [];
  for (let before = Number.MAX_SAFE_INTEGER; before > 1; before = pages[0][0].seq) {
    const url = `http://${host}/rooms/lobby/messages?limit=200&before=${before}`;
    pages.unshift((await (await fetch(url)).json()).messages);
  }
  return pages.flat();
}

/**
 * One connection after the other, each ended by something fatal, until there were enough frames. The
 * witnesses talk in the middle of each.
 */
async function fuzz(
  host: string,
  salt: number,
  most: number,
  witnesses: Witnesses,
): Promise<number> {
  const random = chance(salt);
  let frames = 0;
  while (frames < most) {
    const path = random.pick(PATHS);
    using raw = await RawPeer.upgrade(host, path);
    const sent: string[] = [];
    const send = async (volley: ReturnType<typeof fatal>) => {
      sent.push(volley.what);
      frames += volley.frames;
      await raw.write(volley.bytes);
    };
    try {
      for (let rounds = random.int(4); rounds >= 0; rounds--) {
        for (let volleys = random.int(8); volleys >= 0; volleys--) await send(harmless(random));
        await answersPing(raw, `sync ${rounds}`);
      }
      await witnesses.turn();
      await send(fatal(random));
      await within(untilClosed(raw), "the close");
    } catch (error) {
      throw new Error(`${path}, salt ${salt}, frame ${frames}: ${sent}`, { cause: error });
    }
  }
  return frames;
}

async function untilClosed(raw: RawPeer): Promise<void> {
  while (await seen(raw) !== 8);
}

/** Reads one frame; answers with its opcode, that of a close if there is none. */
async function seen(raw: RawPeer): Promise<number> {
  const frame = await raw.next();
  if (frame?.opcode === 1) assertFalse(STACK.test(decoder.decode(frame.payload)));
  return frame?.opcode ?? 8;
}

async function answersPing(raw: RawPeer, word: string): Promise<void> {
  await raw.frame(0x89, word);
  for (;;) {
    const frame = await raw.next();
    assert(frame && frame.opcode !== 8, "it ended after what is harmless");
    if (frame.opcode === 10 && decoder.decode(frame.payload) === word) return;
  }
}

test(`Client.receive: survives ${FRAMES} bad frames, HUBBUB_SEED=${SEED}, while everyone else chats on`, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const flags = ["--rate", "0", "--max-message", `${MOST / 4}`, "--db", `${folder}/chat.db`];
    await using server = await serveChat(...flags);
    await using witnesses = await Witnesses.join(server.host);
    const fuzzing = Array.from(
      { length: AT_ONCE },
      (_, salt) => fuzz(server.host, salt, FRAMES / AT_ONCE, witnesses),
    );
    const counts = await Promise.all(fuzzing);
    const messages = await witnesses.finish();
    assert(counts.reduce((sum, count) => sum + count) >= FRAMES);
    assertEquals(await history(server.host), messages);
    assertCalm(server.log.events);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
