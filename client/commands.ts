/**
 * The commands of one client: each is checked, and posted to the hub or refused.
 *
 * A refusal is seen by this client only. What a command does is up to the hub.
 */

import { LIMITS } from "../config/limits.ts";
import type { Mentions } from "../hub/command.ts";
import type { Member, Room } from "../hub/room.ts";
import { isListed } from "../hub/room_name.ts";
import type { Action } from "../journal/journal.ts";
import type { WireCounters } from "../telemetry/counters.ts";
import { cleanName, fitsBytes, isVisible } from "../wire/sanitize.ts";
import type { Command, RoomOrder } from "../wire/wire.ts";
import { CLOSE_REASONS, type CloseReason } from "./close_reasons.ts";
import type { ConnectionLimits, MessageLimit } from "./rate_limit.ts";
import type { JoinRequest, Services } from "./services.ts";

type Say = Extract<Command, { type: "say" }>;

/** A client that sends commands. */
export interface Commander extends Member {
  /** Disconnects it. */
  end(reason: CloseReason): void;
  /** Answers a ping. */
  pong(id?: string): void;
}

/** Handles the commands of one client. */
export class Commands {
  readonly #client: Commander;
  readonly #services: Services;
  readonly #counters: WireCounters;
  readonly #limits: ConnectionLimits;
  readonly #messages: MessageLimit;
  readonly #isNamed: boolean;
  readonly #address: string;
  /** Its room, if that was new when it entered, until this client has created it. */
  #newRoom: Room | undefined;
  /** When it was last typing (`performance.now()`). */
  #typed = -Infinity;
  #draining = false;
  /** Commands that wait until the files of an earlier one are looked up; undefined if none is. */
  #waiting: Command[] | undefined;

  constructor(
    client: Commander,
    limits: ConnectionLimits,
    { wire, person, address, named }: Pick<JoinRequest, "wire" | "person" | "address" | "named">,
    services: Services,
  ) {
    this.#client = client;
    this.#limits = limits;
    this.#services = services;
    this.#counters = services.hub.counters.wire(wire.name);
    this.#messages = services.limits.messages(person.id, address);
    this.#isNamed = named;
    this.#address = address;
  }

  /** The hub has let the client in. */
  entered(room: Room): void {
    this.#newRoom = room.seq === 0 ? room : undefined;
  }

  /** Refuses all commands from now on. */
  startDraining(): void {
    this.#draining = true;
  }

  /** Posts a command to the hub, or refuses it; after those that came before. */
  handle(command: Command & { id?: string }): void {
    if (!this.#waiting) this.#handle(command);
    else if (this.#waiting.length < LIMITS.commandsHeld) this.#waiting.push(command);
    else this.#refuseFull(command.id);
  }

  #handle(command: Command): void {
    switch (command.type) {
      case "say":
        return this.#say(command);
      case "edit":
      case "delete":
      case "react":
      case "pin":
        return this.#change(command);
      case "room":
        return this.#room({ topic: command.topic }, command.id);
      case "settings":
        return this.#room(command.order, command.id);
      case "typing":
        return this.#typing();
      case "ping":
        return this.#ping(command.id);
      case "name":
        return this.#rename(command.name, command.id);
      case "invalid":
        return this.#client.refuse(command.code, command.detail, command.id);
    }
  }

  #say({ text, id, reply, to, files }: Say): void {
    if (!this.#allows(id) || !this.#accepts(text, id, !!files) || !this.#mayCreate(id)) return;
    if (files) return void this.#sayWithFiles(text, files, { reply, to }, id);
    this.#post(text, id, reply === undefined && to === undefined ? undefined : { reply, to });
  }

  #post(text: string, id: string | undefined, mentions: Mentions | undefined): void {
    const { hub } = this.#services;
    if (hub.say(this.#client, text, id, mentions)) this.#counters.received++;
    else this.#refuseFull(id);
  }

  #refuseFull(id: string | undefined): void {
    this.#client.refuse("overloaded", "too much waits, try again later", id);
  }

  /** Files are looked up on disk. What comes meanwhile waits, since it must not overtake. */
  async #sayWithFiles(
    text: string,
    asked: NonNullable<Say["files"]>,
    mentions: Mentions,
    id: string | undefined,
  ): Promise<void> {
    const waiting: Command[] = this.#waiting = [];
    const { files: kept, log } = this.#services;
    const { room, person } = this.#client;
    try {
      const files = await kept?.prepare(asked, room, person.id) ?? [];
      this.#post(text, id, { ...mentions, files });
    } catch (error) {
      log.error("files failed", { error });
      this.#client.refuse("overloaded", "files cannot be read now, try again later", id);
    }
    this.#waiting = undefined;
    for (const command of waiting) this.handle(command);
  }

  #accepts(text: string, id: string | undefined, hasFiles = false): boolean {
    const { maxMessage } = this.#services.config;
    if (!hasFiles && !isVisible(text)) {
      this.#client.refuse("bad_command", "a message needs a text", id);
    } else if (fitsBytes(text, maxMessage)) return true;
    else this.#client.refuse("too_large", `a message takes ${maxMessage} bytes at most`, id);
    return false;
  }

  #change({ id, v, ...action }: Action & { id?: string; v?: number }): void {
    if (!this.#allows(id) || action.type === "edit" && !this.#accepts(action.text, id)) return;
    if (this.#services.hub.change(this.#client, action, id, v)) this.#counters.received++;
    else this.#refuseFull(id);
  }

  /** An open room has only a topic. */
  #room(order: RoomOrder, id?: string): void {
    const { topic, ...others } = order;
    if (!isListed(this.#client.room)) {
      if (!this.#allows(id)) return;
      this.#counters.received++;
      this.#services.changeRoom(this.#client, order, id);
    } else if (topic === undefined || Object.keys(others).length > 0) {
      this.#client.refuse("bad_command", "only the topic of an open room can be changed", id);
    } else if (this.#mayCreate(id)) this.#change({ type: "room", topic, id });
  }

  /** The first message, or a topic, creates the room; what follows it does not. */
  #mayCreate(id?: string): boolean {
    if (this.#newRoom?.seq === 0 && !this.#services.limits.newRoom(this.#address)) {
      const detail = "too many new rooms from your address, try again later";
      this.#client.refuse("rate_limited", detail, id);
      return false;
    }
    this.#newRoom = undefined;
    return true;
  }

  /**
   * Does not count against the rate: what comes too often is ignored, not refused. It counts as a
   * frame, since one frame can contain very many.
   */
  #typing(): void {
    if (this.#draining) return;
    const now = performance.now();
    if (!this.#limits.frame()) return this.#client.end(CLOSE_REASONS.flooding);
    if (now - this.#typed < LIMITS.typingMs) return;
    this.#typed = now;
    this.#services.hub.typing(this.#client);
  }

  /** Counts as a frame and not against the rate: a client that asks must not lose messages by it. */
  #ping(id?: string): void {
    if (this.#limits.frame()) this.#client.pong(id);
    else this.#client.end(CLOSE_REASONS.flooding);
  }

  #rename(name: string, id?: string): void {
    if (!this.#allows(id)) return;
    if (this.#isNamed) return this.#client.refuse("bad_name", "your name is not chosen here", id);
    const clean = cleanName(name);
    if (clean === undefined) {
      return this.#client.refuse(
        "bad_name",
        `a name is 1 to ${LIMITS.userName} visible characters`,
        id,
      );
    }
    if (!this.#services.hub.rename(this.#client, clean)) this.#refuseFull(id);
  }

  #allows(id?: string): boolean {
    if (this.#draining) {
      this.#client.refuse("overloaded", "the server is stopping, try again when it is back", id);
      return false;
    }
    if (this.#messages.take()) return true;
    const { rate, burst } = this.#services.config;
    this.#client.refuse("rate_limited", `${burst} messages at once, then ${rate} a second`, id);
    return false;
  }
}
