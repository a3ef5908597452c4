/**
 * What the connection for all rooms costs: people with 50 rooms each, ten of which are busy, compared
 * with as many connections to one of these ten rooms alone.
 *
 *     deno task bench:allrooms [--clients N] [--rooms N] [--rate N] [--seconds N]
 *
 * Prints memory for each connection, the server's CPU time, how soon activity is reported (the badge), the
 * time until `hello`, and until everybody is back who comes back at once.
 */

import { number, parseWords, valuesOf } from "../config/flags.ts";
import { SqliteJournal } from "../journal/sqlite/journal.ts";
import { SECRET, sign } from "../testing/token_server.ts";
import { Contestant } from "./contestant.ts";
import { pause } from "./crowd.ts";
import { hubbub } from "./hubbub.ts";
import { draft } from "./samples.ts";
import { markdown, time } from "./table.ts";

const EACH = 50;
const BUSY = 10;
/** So many connect at a time. */
const AT_A_TIME = 100;
const HELLOS = 50;
const HEAD = ["connections", "memory each", "CPU", "badge: median", "99 %"];
const WRITES = 5_000;

const roomOf = (n: number) => `room-${n}`;
const quantile = (times: number[], share: number) =>
  1000 * (times.sort((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? NaN);

/** A database with rooms of one message, and people who have starred 50 of them, the busy ones too. */
async function fill(file: string, clients: number, rooms: number): Promise<void> {
  const journal = new SqliteJournal(file, { keep: 0, sync: "normal" });
  const messages = Array.from({ length: rooms }, (_, n) => draft(n, { room: roomOf(n) }));
  for (let at = 0; at < rooms; at += WRITES) journal.append(messages.slice(at, at + WRITES));
  for (let person = 0; person < clients; person++) {
    journal.append(Array.from({ length: EACH }, (_, n) => ({
      room: `@person/p${person}`,
      at: 1,
      from: `p${person}`,
      name: "",
      id: undefined,
      action: { type: "set", key: `star/${starred(person, n, rooms)}`, value: true } as const,
    })));
  }
  await journal.close();
}

/** The busy ones, and others of their own. */
function starred(person: number, n: number, rooms: number): string {
  return roomOf(n < BUSY ? n : BUSY + (person * EACH + n) % (rooms - BUSY));
}

/** A connection, once the server has said something. */
async function open(port: number, path: string, token: string): Promise<WebSocket> {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    headers,
  } as unknown as string[]);
  await new Promise<void>((resolve, reject) => {
    socket.onmessage = () => resolve();
    socket.onerror = reject;
    socket.onclose = reject;
  });
  return socket;
}

async function close(sockets: readonly WebSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => {
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    return closed;
  }));
}

class Bench {
  readonly #port: number;
  readonly #server: Contestant;
  readonly #tokens: readonly string[];
  readonly #rate: number;
  readonly #seconds: number;

  constructor(server: Contestant, tokens: readonly string[], rate: number, seconds: number) {
    this.#server = server;
    this.#port = server.port;
    this.#tokens = tokens;
    this.#rate = rate;
    this.#seconds = seconds;
  }

  /** Until `hello`, one connection after the other. */
  async hello(): Promise<number[]> {
    const times: number[] = [];
    for (const token of this.#tokens.slice(0, HELLOS)) {
      const began = performance.now();
      const socket = await open(this.#port, "/rooms", token);
      times.push(performance.now() - began);
      await close([socket]);
    }
    return times;
  }

  async #gather(path: (n: number) => string, atOnce: number): Promise<WebSocket[]> {
    const sockets: WebSocket[] = [];
    for (let at = 0; at < this.#tokens.length; at += atOnce) {
      const some = this.#tokens.slice(at, at + atOnce);
      sockets.push(...await Promise.all(some.map((t, n) => open(this.#port, path(at + n), t))));
    }
    return sockets;
  }

  /** Talks in the busy rooms while everybody is connected. */
  async run(kind: string, path: (n: number) => string): Promise<string[]> {
    const before = (await this.#server.usage()).memory!;
    const sockets = await this.#gather(path, AT_A_TIME);
    // What was only needed to connect is gone by then.
    await pause(5_000);
    const memory = ((await this.#server.usage()).memory! - before) / sockets.length;
    const said = new Map<string, number>();
    const times: number[] = [];
    // The time of an object that says when it was said: one in ten connections is watched.
    for (const socket of sockets.filter((_, n) => n % 10 === 0)) {
      socket.onmessage = ({ data }) => {
        const now = performance.now();
        for (const [, room, seq] of data.matchAll(/"name":"(room-\d+)","seq":(\d+)/g)) {
          const at = said.get(`${room}/${seq}`);
          if (at !== undefined) times.push(now - at);
        }
      };
    }
    const cpu = (await this.#server.usage()).cpu!;
    await this.#talk(said);
    const used = ((await this.#server.usage()).cpu! - cpu) / this.#seconds;
    await close(sockets);
    const shown = [0.5, 0.99].map((share) => times.length ? time(quantile(times, share)) : "");
    return [
      `${sockets.length} ${kind}`,
      `${(memory / 1024).toFixed(1)} KiB`,
      `${(100 * used).toFixed(0)} %`,
      ...shown,
    ];
  }

  async #talk(said: Map<string, number>): Promise<void> {
    const speaker = await open(this.#port, "/rooms", this.#tokens[0]);
    const seqs = new Map<string, number>();
    speaker.onmessage = ({ data }) => {
      for (const line of data.split("\n")) {
        const { type, room, seq, id } = JSON.parse(line);
        if (type === "message") said.set(`${room}/${seq}`, sent.get(id)!);
        if (seq) seqs.set(room, seq);
      }
    };
    const sent = new Map<string, number>();
    const end = performance.now() + 1000 * this.#seconds;
    for (let n = 0; performance.now() < end; n++) {
      const id = `${n}-${Math.random()}`;
      sent.set(id, performance.now());
      const room = roomOf(n % BUSY);
      speaker.send(JSON.stringify({ type: "say", room, text: draft(0).text, id }));
      await pause(1000 / (BUSY * this.#rate));
    }
    await close([speaker]);
  }

  /** Everybody connects at once: until all have their `hello`, and the CPU time of each. */
  async storm(): Promise<{ took: number; cpu: number }> {
    const before = (await this.#server.usage()).cpu!;
    const began = performance.now();
    const sockets = await this.#gather(() => "/rooms", this.#tokens.length);
    const took = performance.now() - began;
    const cpu = ((await this.#server.usage()).cpu! - before) / sockets.length;
    await close(sockets);
    return { took, cpu };
  }
}

if (import.meta.main) {
  const FLAGS = {
    clients: number("N", 1_000, "how many connections there are", 10, 20_000),
    rooms: number("N", 10_000, "how many rooms there are", 100, 1_000_000),
    rate: number("N", 2, "messages a second in each of the ten busy rooms", 1, 100),
    seconds: number("N", 10, "how long they talk", 1, 60),
  };
  const { clients, rooms, rate, seconds } = valuesOf(FLAGS, parseWords(Deno.args, FLAGS, 0).flags);
  const folder = await Deno.makeTempDir({ prefix: "hubbub-bench-" });
  const file = `${folder}/all-rooms.db`;
  await fill(file, clients, rooms);
  const recipe = hubbub("json", "--db", file);
  const env = { CHAT_AUTH_SECRET: SECRET };
  await using server = await Contestant.start({ ...recipe, env });
  const tokens: string[] = [];
  for (let n = 0; n < clients; n++) tokens.push(await sign({ sub: `p${n}`, name: `p${n}` }));
  const bench = new Bench(server, tokens, rate, seconds);
  await bench.hello();
  const hellos = await bench.hello();
  console.log(
    `hello, ${EACH} of ${rooms} rooms: ${time(quantile(hellos, 0.5))}, 99 % ${
      time(quantile(hellos, 0.99))
    }`,
  );
  const rows = [
    await bench.run("to one busy room", (n) => `/rooms/${roomOf(n % BUSY)}?replay=0`),
    await bench.run("to all rooms", () => "/rooms"),
  ];
  console.log(markdown([HEAD, ...rows], 1));
  const { took, cpu } = await bench.storm();
  const each = `${(1000 * cpu).toFixed(1)} ms of CPU each`;
  console.log(`${clients} at once: all have their hello after ${time(1000 * took)}, ${each}`);
  await Deno.remove(folder, { recursive: true });
}
