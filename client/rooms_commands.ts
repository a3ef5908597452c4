/**
 * The commands on a connection for all rooms: entering and leaving rooms, what is said in them, and what
 * the person does for themselves.
 *
 * Commands that ask the journal are handled one after the other, a limited number of them waits, and each
 * counts as a request of its address. All others are handled at once.
 */

import { LIMITS } from "../config/limits.ts";
import type { RoomsCommand } from "../wire/all_rooms.ts";
import { cleanName } from "../wire/sanitize.ts";
import type { Refusal } from "../wire/wire.ts";
import { CLOSE_REASONS, type CloseReason } from "./close_reasons.ts";
import type { OwnFeed } from "./own_feed.ts";
import type { ConnectionLimits, MessageLimit } from "./rate_limit.ts";
import type { Seats } from "./seats.ts";
import type { EnterRequest, RoomsRequest, Services } from "./services.ts";

type Of<T extends RoomsCommand["type"]> = Extract<RoomsCommand, { type: T }>;

/** The connection. */
export interface RoomsOwner {
  readonly limits: ConnectionLimits;
  refuse(code: Refusal, detail: string, id?: string, room?: string): void;
  pong(id?: string): void;
  end(reason: CloseReason): void;
}

/** Handles the commands of one connection. */
export class RoomsCommands {
  readonly #owner: RoomsOwner;
  readonly #seats: Seats;
  readonly #feed: OwnFeed;
  readonly #request: RoomsRequest;
  readonly #services: Services;
  readonly #messages: MessageLimit;
  #doing: Promise<void> = Promise.resolve();
  #waiting = 0;
  #draining = false;

  constructor(
    owner: RoomsOwner,
    parts: { seats: Seats; feed: OwnFeed },
    request: RoomsRequest,
    services: Services,
  ) {
    this.#owner = owner;
    this.#seats = parts.seats;
    this.#feed = parts.feed;
    this.#request = request;
    this.#services = services;
    this.#messages = services.limits.messages(request.person.id, request.address);
  }

  startDraining(): void {
    this.#draining = true;
    this.#seats.startDraining();
  }

  /** Handles a command, or refuses it. */
  handle(command: RoomsCommand): void {
    switch (command.type) {
      case "invalid":
        return this.#owner.refuse(command.code, command.detail, command.id);
      case "ping":
        if (this.#owner.limits.frame()) return this.#owner.pong(command.id);
        return this.#owner.end(CLOSE_REASONS.flooding);
      case "name":
        return this.#rename(command);
      case "exit":
        if (!this.#seats.exit(command.room)) this.#exit(command);
        return;
      default:
        return this.#find(command);
    }
  }

  #find(command: Exclude<RoomsCommand, Of<"invalid" | "ping" | "name" | "exit">>): void {
    const { id } = command;
    const found = this.#request.find(command.room);
    if ("code" in found) return this.#owner.refuse(found.code, found.detail, id, command.room);
    const { room } = found;
    switch (command.type) {
      case "enter":
        return this.#enter({ ...command, room }, found.role);
      case "in": {
        const seat = this.#seats.get(room);
        return seat ? seat.handle(command.command) : this.#outside({ ...command, room });
      }
      case "read":
        return this.#read({ ...command, room });
      case "mute":
      case "star":
        return this.#set({ ...command, room });
    }
  }

  #enter({ room, since, epoch, at, replay, id }: Of<"enter">, role: EnterRequest["role"]): void {
    const { config } = this.#services;
    if (this.#seats.isFull(room)) {
      const detail = `${LIMITS.roomsEntered} rooms can be entered at once: exit one first`;
      return this.#owner.refuse("not_allowed", detail, id, room);
    }
    if (!this.#allows(id, room)) return;
    const wanted = Math.min(replay ?? config.replay, LIMITS.replay);
    this.#seats.enter({ room, role, since, epoch, at: at || undefined, replay: wanted, id });
  }

  /** The room may have been entered under another name. */
  #exit({ room, id }: Of<"exit">): void {
    this.#do(room, id, async () => void this.#seats.exit(await this.#services.hub.resolve(room)));
  }

  /** A command in a room that is not entered. The first message in a new room counts as creating it. */
  #outside({ room: asked, command, id }: Of<"in">): void {
    // Somebody who is not there does not type.
    if (command.type === "typing") return;
    this.#do(asked, id, async () => {
      const { hub, limits } = this.#services;
      const room = await hub.resolve(asked);
      const seat = this.#seats.get(room);
      if (seat) return seat.handle(command);
      if (await this.#newest(room) === 0 && !limits.newRoom(this.#request.address)) {
        const detail = "too many new rooms from your address, try again later";
        return this.#owner.refuse("rate_limited", detail, id, asked);
      }
      const place = { since: undefined, epoch: undefined, at: undefined, replay: 0 };
      this.#seats.handleOutside(command, { room, role: "member", ...place }, this.#draining);
    });
  }

  #read({ room: asked, seq, id }: Of<"read">): void {
    this.#do(asked, id, async () => {
      const { own } = this.#feed;
      if (!own) return;
      const room = await this.#resolve(asked);
      if (seq > await this.#newest(room, seq)) {
        return this.#owner.refuse("bad_command", "the room has no such entry", id, asked);
      }
      if (own.isFull(room)) return this.#full(asked, id);
      if ((own.marks.get(room)?.seq ?? 0) >= seq) this.#feed.repeat("read", room);
      else await own.read(room, seq);
    });
  }

  #set({ type, room: asked, on, id }: Of<"mute" | "star">): void {
    this.#do(asked, id, async () => {
      const { own } = this.#feed;
      if (!own) return;
      const room = await this.#resolve(asked);
      if (on && own.isFull(room)) return this.#full(asked, id);
      if ((type === "mute" ? own.muted : own.starred).has(room) === on) {
        this.#feed.repeat(type, room);
      } else await own[type](room, on);
    });
  }

  #full(room: string, id: string | undefined): void {
    this.#owner.refuse("not_allowed", `${LIMITS.ownRooms} rooms are remembered for you`, id, room);
  }

  async #resolve(room: string): Promise<string> {
    return this.#seats.get(room)?.isEntered ? room : await this.#services.hub.resolve(room);
  }

  /** The room's newest entry; what other servers kept may not have come here yet, but is looked for. */
  async #newest(room: string, wanted = 1): Promise<number> {
    const { hub, journal } = this.#services;
    const here = hub.newest(room) ?? 0;
    if (here >= wanted) return here;
    return (await journal.before(room, Infinity, 1))[0]?.seq ?? 0;
  }

  #rename({ name, id }: Of<"name">): void {
    if (this.#draining) return this.#stopping(id);
    if (!this.#messages.take()) {
      const { rate, burst } = this.#services.config;
      const detail = `${burst} messages at once, then ${rate} a second`;
      return this.#owner.refuse("rate_limited", detail, id);
    }
    if (this.#request.named) {
      return this.#owner.refuse("bad_name", "your name is not chosen here", id);
    }
    const clean = cleanName(name);
    if (clean === undefined) {
      const detail = `a name is 1 to ${LIMITS.userName} visible characters`;
      return this.#owner.refuse("bad_name", detail, id);
    }
    this.rename(clean);
  }

  /** The person has another name. */
  rename(name: string): void {
    this.#request.person.name = name;
    this.#services.connected.set(this.#owner, this.#request.person);
    this.#seats.rename(name);
  }

  /** Does something that asks the journal, after what was to be done before; reports what fails. */
  #do(room: string, id: string | undefined, action: () => Promise<void>): void {
    if (!this.#allows(id, room)) return;
    if (this.#waiting >= LIMITS.ownWaiting) {
      return this.#owner.refuse("overloaded", "too much waits, try again later", id, room);
    }
    this.#waiting++;
    this.#doing = this.#doing.then(action).catch((error) => {
      this.#services.log.error("command failed", { error });
      this.#owner.refuse("overloaded", "it could not be kept, try again later", id, room);
    }).finally(() => this.#waiting--);
  }

  #allows(id: string | undefined, room: string): boolean {
    if (this.#draining) this.#stopping(id, room);
    else if (this.#services.limits.request(this.#request.address)) return true;
    else this.#owner.refuse("rate_limited", "too many requests, try again later", id, room);
    return false;
  }

  #stopping(id: string | undefined, room?: string): void {
    const detail = "the server is stopping, try again when it is back";
    this.#owner.refuse("overloaded", detail, id, room);
  }
}
