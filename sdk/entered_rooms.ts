/** The rooms that have been entered on a connection for all rooms: each object goes to its room. */

import type { Identity } from "./identity.ts";
import type { Link } from "./link.ts";
import type { Refusal, RoomObject } from "./protocol.ts";
import { REPLAY, Room } from "./room.ts";
import { RoomChannel } from "./room_channel.ts";
import type { RoomsOptions } from "./rooms_options.ts";
import type { InRoom } from "./rooms_protocol.ts";
import type { RoomsState } from "./rooms_state.ts";
import type { Status } from "./status.ts";

interface Entered {
  readonly room: Room;
  readonly channel: RoomChannel;
}

/** Rooms that share a connection. */
export class EnteredRooms {
  readonly #options: RoomsOptions;
  readonly #identity: Identity;
  readonly #connection: Link;
  readonly #state: RoomsState;
  readonly #entered = new Set<Entered>();
  /** Something has changed in one of them. */
  onChange: () => void = () => {};

  constructor(options: RoomsOptions, identity: Identity, connection: Link, state: RoomsState) {
    this.#options = options;
    this.#identity = identity;
    this.#connection = connection;
    this.#state = state;
  }

  /** The name of a room that is not hidden, if there is one. */
  get open(): string | undefined {
    return [...this.#entered].find(({ channel }) => !channel.asked.startsWith("~"))?.channel.asked;
  }

  /** Enters a room; the same result for one that has been entered already. */
  enter(name: string): Room {
    for (const { channel, room } of this.#entered) {
      if (channel.asked === name || channel.room === name) return room;
    }
    const { store, timing: _, ...options } = this.#options;
    const replay = options.replay ?? REPLAY;
    const left = () => void this.#entered.delete(entered);
    let channel: RoomChannel;
    const room = new Room(
      { ...options, room: name, store: store?.(name) },
      this.#identity,
      (events, state) =>
        channel = new RoomChannel(name, replay, this.#connection, { ...events, left }, state),
    );
    const entered = { room, channel: channel! };
    this.#entered.add(entered);
    this.#count(entered);
    return room;
  }

  /** The own name of a room that has been entered under this one; else this one. */
  nameOf(name: string): string {
    for (const { channel } of this.#entered) {
      if (channel.asked === name) return channel.room ?? name;
    }
    return name;
  }

  /** The connection stands like this now. */
  follow(status: Status): void {
    for (const { channel } of [...this.#entered]) channel.follow(status);
  }

  /** Gives objects to their rooms, those of one room together; returns refusals that are of none. */
  apply(objects: readonly InRoom[]): Refusal[] {
    const batches = new Map<RoomChannel, RoomObject[]>();
    const refusals: Refusal[] = [];
    for (const { room, object } of objects) {
      const channel = this.#takerOf(room, object, batches);
      if (channel) batches.set(channel, [...batches.get(channel) ?? [], object]);
      else if (object.type === "error") refusals.push(object);
    }
    for (const [channel, batch] of batches) {
      const welcome = batch.find(({ type }) => type === "welcome");
      if (welcome && this.#isTwice(channel, (welcome as { room: string }).room)) continue;
      channel.receive(batch);
    }
    return refusals;
  }

  #takerOf(
    name: string,
    object: RoomObject,
    batches: ReadonlyMap<RoomChannel, readonly RoomObject[]>,
  ): RoomChannel | undefined {
    const isWelcome = (one: RoomObject) => one.type === "welcome" && one.room === name;
    for (const { channel } of this.#entered) {
      if (channel.takes(name, object) || batches.get(channel)?.some(isWelcome)) return channel;
    }
  }

  /** The server has one place for each room: a second name for the same room is given up. */
  #isTwice(channel: RoomChannel, name: string): boolean {
    for (const { channel: other } of this.#entered) {
      if (other === channel || other.room !== name) continue;
      const detail = `this room has been entered as "${other.asked}"`;
      channel.stop({ kind: "refused", code: 409, detail });
      other.enter();
      return true;
    }
    return false;
  }

  /** Keeps the numbers of a room that has been entered up to date. */
  #count({ room, channel }: Entered): void {
    const name = () => channel.room ?? channel.asked;
    room.on("welcome", (welcome) => this.#state.welcome(welcome));
    room.on("message", (message) => this.#state.message(name(), message));
    room.on("gap", ({ to }) => {
      // It is not known how many of these were messages: the next welcome says it.
      if (to > (this.#state.room(name())?.seq ?? to)) channel.enter();
    });
    room.on("change", () => {
      const { position, count, topic, title } = room.state;
      if (position && room.status.is === "online") {
        this.#state.follow(name(), { seq: position.seq, count, topic, title });
      }
      this.onChange();
    });
  }

  /** Leaves all of them. */
  async close(options: { flushMs?: number }): Promise<void> {
    await Promise.all([...this.#entered].map(({ room }) => room.close(options)));
  }
}
