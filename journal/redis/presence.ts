/**
 * Who is in a room on which server: what this one tells, and what the others told.
 *
 * In Redis stands, for each server, who is in the room on it, and how often it told something of it:
 * its number. What is told is what changed, gathered, under the next number; it is written and
 * published in one step. Whoever hears a number that does not follow on the last one reads the whole
 * anew. So does a server that was away or was thought dead; it then finds in what is written of
 * itself what it has to tell. A server that is not alive has nobody.
 */

import { LIMITS } from "../../config/limits.ts";
import type { RemotePresence } from "../journal.ts";
import type { Person } from "../../hub/person.ts";
import { type Change, RedisOthers } from "./others.ts";

/** What a presence needs of its journal. */
export interface Writer {
  /** All fields and values. */
  read(): Promise<string[]>;
  /** The servers that are alive, after what was read. */
  alive(): Promise<ReadonlySet<string>>;
  /** Writes fields (`""`: takes them out) and publishes the words. */
  write(fields: string[], words: string): Promise<void>;
  /** Publishes the words. */
  say(words: string): Promise<void>;
}

interface Telling {
  readonly server: string;
  readonly number: number;
  /** Undefined: nobody is here on that server any more, and it begins anew. */
  readonly changes: readonly Change[] | undefined;
}

/** Who is in one room, elsewhere and here. */
export class RedisPresence {
  readonly #server: string;
  readonly #writer: Writer;
  readonly #stir: () => void;
  /** Who is here, and who Redis says is, as it is written. */
  readonly #here = new Map<string, string>();
  #told = new Map<string, string>();
  /** Whoever may be told wrong. */
  readonly #changed = new Set<string>();
  #number = 0;
  readonly #others = new RedisOthers();
  readonly #typists = new Set<string>();
  #held: Telling[] = [];
  #read = false;
  #reading = false;
  #doubted = false;
  #telling = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(server: string, writer: Writer, stir: () => void) {
    this.#server = server;
    this.#writer = writer;
    this.#stir = stir;
  }

  /** Whether all is read; if not, {@linkcode RedisPresence.doubt} is to be tried again. */
  get settled(): boolean {
    return this.#read;
  }

  /** What came since the last call, net. */
  hear(): RemotePresence[] {
    const news = this.#others.take();
    for (const id of this.#typists) news.push({ kind: "typing", id });
    this.#typists.clear();
    return news;
  }

  // What is told.

  /** Somebody is here as `person`, or is not. */
  tell(id: string, person: Person | undefined): void {
    if (person) this.#here.set(id, JSON.stringify([person.name, person.avatar]));
    else this.#here.delete(id);
    this.#changed.add(id);
    this.#tellSoon();
  }

  /** Somebody types; not worth a second try. */
  typing(id: string): void {
    this.#writer.say(`t ${this.#server}\n${JSON.stringify(id)}`).catch(() => {});
  }

  #tellSoon(): void {
    if (this.#stopped || !this.#read || this.#telling || this.#changed.size === 0) return;
    this.#timer ??= setTimeout(() => this.#tellNow(), LIMITS.presenceMs);
  }

  async #tellNow(): Promise<void> {
    this.#timer = undefined;
    this.#telling = true;
    try {
      await this.#write([...this.#changed.values().take(LIMITS.tellMost)]);
    } catch {
      // The link is away; when it is back all is read anew, and so is what was told.
      this.#read = false;
    }
    this.#telling = false;
    this.#tellSoon();
  }

  async #write(ids: string[]): Promise<void> {
    const fields: string[] = [];
    const changes: Change[] = [];
    const written: [string, string | undefined][] = [];
    for (const id of ids) {
      this.#changed.delete(id);
      const value = this.#here.get(id);
      if (value === this.#told.get(id)) continue;
      fields.push(`${this.#server}/${id}`, value ?? "");
      changes.push(value === undefined ? id : personOf(id, value));
      written.push([id, value]);
    }
    if (written.length === 0) return;
    const number = ++this.#number;
    fields.push(this.#server, String(number));
    await this.#writer.write(fields, `p ${this.#server} ${number}\n${JSON.stringify(changes)}`);
    for (const [id, value] of written) {
      if (value === undefined) this.#told.delete(id);
      else this.#told.set(id, value);
    }
  }

  // What is heard.

  /** Another server told something: `p`, changes; `q`, that nobody is here; `t`, who types. */
  heard(kind: string, server: string, number: number, body: string): void {
    if (server === this.#server) return;
    if (kind === "p") return this.#take({ server, number, changes: JSON.parse(body) });
    if (kind === "q") return this.#take({ server, number, changes: undefined });
    const id: string = JSON.parse(body);
    if (!this.#others.has(id)) return;
    this.#typists.add(id);
    this.#stir();
  }

  #take(telling: Telling): void {
    if (!this.#read || this.#reading) {
      this.#held.push(telling);
      if (this.#held.length <= LIMITS.followHeld) return;
      this.#held.shift();
      this.#doubted = true;
      return;
    }
    const { server, number, changes } = telling;
    if (!changes) this.#others.drop(server);
    else if (!this.#others.change(server, number, changes)) return void this.doubt();
    this.#wake();
  }

  #wake(): void {
    if (this.#others.changed && !this.#stopped) this.#stir();
  }

  /** Only these servers are alive. */
  outlive(alive: ReadonlySet<string>): void {
    const dead = this.#others.servers.filter((server) => !alive.has(server));
    if (dead.length === 0) return;
    for (const server of dead) this.#others.drop(server);
    this.#wake();
    // What they left is found and swept out by reading.
    this.doubt();
  }

  /** Something may have been missed: all is read anew. Where that fails, the link is away. */
  async doubt(): Promise<void> {
    this.#doubted = true;
    if (this.#reading || this.#stopped) return;
    this.#reading = true;
    try {
      while (this.#doubted && !this.#stopped) {
        this.#doubted = false;
        await this.#readAll();
      }
      this.#read = true;
    } catch {
      this.#read = false;
    }
    this.#reading = false;
    if (this.#read) { for (const telling of this.#held.splice(0)) this.#take(telling); }
    this.#tellSoon();
  }

  async #readAll(): Promise<void> {
    const all = servers(await this.#writer.read());
    const alive = await this.#writer.alive();
    const own = all.get(this.#server);
    all.delete(this.#server);
    this.#number = Math.max(this.#number, own?.number ?? 0);
    this.#told = own?.told ?? new Map();
    for (const id of [...this.#here.keys(), ...this.#told.keys()]) this.#changed.add(id);
    const garbage: string[] = [];
    for (const [server, { number, told }] of all) {
      const people = () => Array.from(told, ([id, value]) => personOf(id, value));
      if (alive.has(server)) this.#others.replace(server, number, people());
      else garbage.push(server, "", ...[...told.keys()].flatMap((id) => [`${server}/${id}`, ""]));
    }
    for (const server of this.#others.servers) {
      if (!all.has(server) || !alive.has(server)) this.#others.drop(server);
    }
    for (let at = 0; at < garbage.length; at += LIMITS.tellMost) {
      await this.#writer.write(garbage.slice(at, at + LIMITS.tellMost), "");
    }
    this.#wake();
  }

  /** Nobody is here any more; answers with the fields to take out. */
  stop(): string[] {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const ids = new Set([...this.#told.keys(), ...this.#here.keys(), ...this.#changed]);
    return [this.#server, ...Array.from(ids, (id) => `${this.#server}/${id}`)];
  }
}

function personOf(id: string, value: string): Person {
  const [name, avatar] = JSON.parse(value);
  return { id, name, avatar: avatar ?? undefined };
}

/** What is written, by server. */
function servers(fields: string[]): Map<string, { number: number; told: Map<string, string> }> {
  const all = new Map<string, { number: number; told: Map<string, string> }>();
  for (let at = 0; at < fields.length; at += 2) {
    const [field, value] = fields.slice(at, at + 2);
    const slash = field.indexOf("/");
    const server = slash < 0 ? field : field.slice(0, slash);
    let found = all.get(server);
    if (!found) all.set(server, found = { number: 0, told: new Map() });
    if (slash < 0) found.number = Number(value);
    else found.told.set(field.slice(slash + 1), value);
  }
  return all;
}
