/** A person on a connection for all rooms, whose objects can be waited for. */

import type { Caller } from "./caller.ts";
import { Peer } from "./peer.ts";

/** An object of the wire; tests look into it freely. */
// deno-lint-ignore no-explicit-any -- see above
export type Found = any;

/** A connection for all rooms. */
export class RoomsPeer {
  readonly peer: Peer;
  readonly hello: Found;

  private constructor(peer: Peer, hello: Found) {
    this.peer = peer;
    this.hello = hello;
  }

  /** Connects as this person, and waits for `hello`, which must be the first object. */
  static async join(
    { host }: { host: string },
    caller: Caller,
    query: Record<string, string | number> = {},
  ): Promise<RoomsPeer> {
    const search = new URLSearchParams({ name: caller.name });
    for (const [key, value] of Object.entries(query)) search.set(key, String(value));
    const peer = await Peer.join(host, `/rooms?${search}`, caller.headers);
    const hello = JSON.parse(await peer.line());
    if (hello.type !== "hello") throw new Error(`the first object is a ${hello.type}`);
    return new RoomsPeer(peer, hello);
  }

  /** A room in `hello`. */
  room(name: string): Found {
    return this.hello.rooms.find((room: Found) => room.name === name);
  }

  send(...commands: object[]): void {
    this.peer.send(commands.map((command) => JSON.stringify(command)).join("\n"));
  }

  /** The next object with these fields; those before it are passed over. */
  async next(fields: Record<string, unknown>): Promise<Found> {
    for (;;) {
      const object = JSON.parse(await this.peer.line());
      if (Object.entries(fields).every(([key, value]) => object[key] === value)) return object;
    }
  }

  /** Enters a room; answers with its welcome. */
  enter(room: string, more: object = {}): Promise<Found> {
    this.send({ type: "enter", room, ...more });
    return this.next({ type: "welcome" });
  }

  /** Says something in a room that has been entered; answers with the message. */
  say(room: string, text: string, more: object = {}): Promise<Found> {
    const id = crypto.randomUUID();
    this.send({ type: "say", room, text, id, ...more });
    return this.next({ type: "message", id });
  }

  /** Everything that was sent before this has been handled, and what it led to here has come. */
  async settled(): Promise<void> {
    const id = crypto.randomUUID();
    this.send({ type: "ping", id });
    await this.next({ type: "pong", id });
  }

  /** The objects of a type that have come so far. */
  all(type: string): Found[] {
    return this.peer.all(type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.peer[Symbol.asyncDispose]();
  }
}

/** The next activity of a room: as it is then. */
export async function activityOf(rooms: RoomsPeer, room: string): Promise<Found> {
  for (;;) {
    const { rooms: active } = await rooms.next({ type: "activity" });
    const found = active.find(({ name }: Found) => name === room);
    if (found) return found;
  }
}
