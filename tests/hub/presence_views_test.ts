/**
 * Who is present as clients see it, over real sockets: collected, cheap in a crowd, and right in the
 * end.
 *
 * A client's view is its welcome and what came after, applied as operations on a set: `joined` sets
 * members, `left` removes them, `members` replaces the whole list, `renamed` changes a name. Views
 * are compared where they must be equal to the truth: right after a change that was made after all
 * others has been reported.
 */

import { assert, assertEquals } from "@std/assert";
import { type Random, seeded } from "../../testing/random.ts";
import { shownName } from "../../wire/wire.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";

const SEEDS = 40;

/** Names by member id. */
type People = Map<string, string>;

interface View {
  people: People;
  count: number;
}

/** What a client knows after these lines. */
function viewOf(lines: readonly string[]): View {
  const view: View = { people: new Map(), count: 0 };
  for (const line of lines) {
    const { type, members, joined = [], left = [], count, from, name } = JSON.parse(line);
    if (type === "renamed" && view.people.has(from)) view.people.set(from, name);
    if (type !== "welcome" && type !== "presence") continue;
    if (members) view.people.clear();
    for (const id of left) view.people.delete(id);
    for (const member of members ?? joined) view.people.set(member.id, member.name);
    view.count = count;
  }
  return view;
}

/** Sorted, to be compared. */
function sorted(people: People): string[] {
  return Array.from(people, ([id, name]) => `${id} ${name}`).sort();
}

/** A key that makes a client the same person each time. */
function keyOf(person: number): string {
  return `the-key-of-person-${person}-`.repeat(2);
}

function idOf(peer: Peer): string {
  return JSON.parse(peer.lines[0]).you.id;
}

async function join(host: string, room: string, query: Record<string, string> = {}) {
  const peer = await Peer.join(host, `/rooms/${room}?${new URLSearchParams(query)}`);
  await peer.until(() => peer.lines.length > 0, "the welcome");
  return peer;
}

/** Waits until a line with these words has come. */
async function lineWith(peer: Peer, words: string): Promise<void> {
  let at = 0;
  await peer.until(() => {
    while (at < peer.lines.length) if (peer.lines[at++].includes(words)) return true;
    return false;
  }, words);
}

/** Lets somebody come, and waits until all have learnt of them, and so of all before them. */
async function settle(host: string, room: string, peers: Peer[]): Promise<Peer> {
  const last = await join(host, room, { name: "last" });
  const id = idOf(last);
  for (const peer of [...peers, last]) {
    await peer.until(() => {
      const newest = peer.lines.at(-1)!;
      return newest.includes('"presence"') && newest.includes(id);
    }, "the last to come");
  }
  return last;
}

async function leave(peer: Peer): Promise<void> {
  await peer[Symbol.asyncDispose]();
}

/** People and their tabs, and what is true of them. */
class Crowd {
  readonly tabs: Peer[] = [];
  readonly truth: People = new Map();
  readonly #host: string;
  readonly #room: string;
  readonly #random: Random;
  #names = 0;

  constructor(host: string, room: string, random: Random) {
    this.#host = host;
    this.#room = room;
    this.#random = random;
  }

  /** One chance thing happens. */
  async step(): Promise<void> {
    const { tabs } = this;
    const random = this.#random;
    const what = random.int(10);
    if (tabs.length < 2 || (what < 4 && tabs.length < 12)) return await this.#come();
    const at = random.int(tabs.length);
    if (what < 8) return await this.#go(at);
    await this.#rename(tabs[at]);
  }

  async #come(): Promise<void> {
    const random = this.#random;
    const query: Record<string, string> = {};
    if (random.chance(2, 3)) query.token = keyOf(random.int(6));
    if (random.chance(1, 2)) query.name = `n${this.#names++}`;
    const tab = await join(this.#host, this.#room, query);
    const id = idOf(tab);
    this.tabs.push(tab);
    if (query.name || !this.truth.has(id)) {
      this.truth.set(id, shownName({ id, name: query.name ?? "" }));
    }
  }

  async #go(at: number): Promise<void> {
    const [tab] = this.tabs.splice(at, 1);
    await leave(tab);
    if (!this.tabs.some((other) => idOf(other) === idOf(tab))) this.truth.delete(idOf(tab));
  }

  async #rename(tab: Peer): Promise<void> {
    const name = `n${this.#names++}`;
    tab.send({ type: "name", name });
    await lineWith(tab, `"renamed","from":"${idOf(tab)}","name":"${name}"`);
    this.truth.set(idOf(tab), name);
  }
}

async function comeAndGo(host: string, seed: number): Promise<void> {
  const random = seeded(seed);
  const room = `crowd-${seed}`;
  const crowd = new Crowd(host, room, random);
  const steps = 20 + random.int(40);
  for (let step = 0; step < steps; step++) {
    await crowd.step();
    // Some of it is reported in one entry, some in several: the pauses decide only which.
    if (random.chance(1, 8)) await new Promise((resolve) => setTimeout(resolve, random.int(150)));
  }
  const last = await settle(host, room, crowd.tabs);
  crowd.truth.set(idOf(last), "last");
  const wrong: string[] = [];
  for (const tab of [...crowd.tabs, last]) {
    const { people, count } = viewOf(tab.lines);
    const [seen, true_] = [sorted(people).join(), sorted(crowd.truth).join()];
    if (seen !== true_ || count !== crowd.truth.size) {
      wrong.push(`seed ${seed}: ${count} of ${seen}\n instead of ${crowd.truth.size} of ${true_}`);
    }
  }
  await Promise.all([...crowd.tabs, last].map(leave));
  assertEquals(wrong, []);
}

test("Presence: every client's view is right in the end, however people come, go and are renamed", async () => {
  await using server = await serveChat("--rate", "0");
  const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);
  while (seeds.length > 0) {
    const ends = await Promise.allSettled(
      seeds.splice(0, 10).map((seed) => comeAndGo(server.host, seed)),
    );
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }
});

test("Presence: a client that came between another's coming and going learns that they left", async () => {
  await using server = await serveChat();
  await using stays = await join(server.host, "between");
  const brief = await join(server.host, "between");
  await using came = await join(server.host, "between");
  assertEquals(viewOf(came.lines).people.size, 3);
  await leave(brief);
  await using last = await settle(server.host, "between", [stays, came]);
  for (const peer of [stays, came, last]) {
    assertEquals([...viewOf(peer.lines).people.keys()].includes(idOf(brief)), false);
  }
});

test("Presence: a client that came while another was away for a moment learns that they are back", async () => {
  await using server = await serveChat();
  const token = keyOf(1);
  const before = await join(server.host, "away", { token });
  await using stays = await settle(server.host, "away", [before]);
  await leave(before);
  await using came = await join(server.host, "away");
  await using back = await join(server.host, "away", { token });
  await using last = await settle(server.host, "away", [stays, came, back]);
  for (const peer of [stays, came, back, last]) {
    assert(viewOf(peer.lines).people.has(idOf(back)), "they are back");
  }
});

test("Presence: a person with several connections is one member until the last of them ends", async () => {
  await using server = await serveChat();
  await using other = await join(server.host, "tabs", { name: "Other" });
  const first = await join(server.host, "tabs", { token: keyOf(1), name: "Ann" });
  const second = await join(server.host, "tabs", { token: keyOf(1) });
  const third = await Peer.join(
    server.host,
    `/chat?room=tabs&email=a@example.org&token=${keyOf(1)}`,
  );
  assertEquals(idOf(first), idOf(second));
  await using one = await settle(server.host, "tabs", [other, first, second]);
  assertEquals(viewOf(other.lines).count, 3);
  for (const tab of [first, third]) await leave(tab);
  await using two = await settle(server.host, "tabs", [other, one, second]);
  assertEquals(viewOf(other.lines).count, 4);
  assertEquals(other.all("presence").flatMap(({ left }) => left), []);
  await leave(second);
  await using three = await settle(server.host, "tabs", [other, one, two]);
  assertEquals(other.all("presence").flatMap(({ left }) => left), [idOf(second)]);
  assertEquals(sorted(viewOf(three.lines).people), sorted(viewOf(other.lines).people));
});

test("Presence: clients of a room of over 200 get the count, and everybody once it is small", async () => {
  await using server = await serveChat();
  await using all = new AsyncDisposableStack();
  const come = async () => all.use(await join(server.host, "large"));
  const other = await come();
  const leaving = await Promise.all(Array.from({ length: 60 }, come));
  const staying = [other, ...await Promise.all(Array.from({ length: 149 }, come))];
  await other.until(() => viewOf(other.lines.slice(-1)).count === 210, "the count of 210");
  const { joined, left, members } = other.all("presence").at(-1);
  assertEquals([joined, left, members], [[], [], undefined]);
  const late = await come();
  const welcome = JSON.parse(late.lines[0]);
  assertEquals([welcome.members.length, welcome.count], [200, 211]);

  await Promise.all(leaving.map(leave));
  await other.until(() => viewOf(other.lines.slice(-1)).count === 151, "the count of 151");
  staying.push(late, all.use(await settle(server.host, "large", [...staying, late])));
  const truth = staying.map(idOf).sort();
  const wrong = staying.filter(({ lines }) =>
    [...viewOf(lines).people.keys()].sort().join() !== truth.join()
  );
  assertEquals(truth.length, 152);
  assertEquals(wrong.length, 0, `${wrong.length} views of 152 are wrong`);
});
