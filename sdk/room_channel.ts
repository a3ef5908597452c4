/**
 * One room's part of a connection for all rooms.
 *
 * It is online from its own welcome to the loss of the connection or of its place in the room. After a
 * loss it enters again at the state's position; where the room may not be entered it stops, until it is
 * woken.
 */

import { newId } from "./ids.ts";
import type { Link, LinkEvents } from "./link.ts";
import type { Refusal, RoomObject } from "./protocol.ts";
import type { RoomState } from "./room_state.ts";
import type { Status, Why } from "./status.ts";

/** What it reports beside. */
export interface ChannelEvents extends LinkEvents {
  /** The room has been left for good. */
  readonly left: () => void;
}

/** The pause after a refusal that may pass, at first and at most, in milliseconds. */
const PAUSES_MS = [1_000, 30_000] as const;
/** A frame of this length cannot have been too large for any server, whatever its characters. */
const SMALL_FRAME = 20_000;
const HTTP_STATUS: Readonly<Record<string, number>> = { unknown_room: 404, not_allowed: 403 };

/** A room on a shared connection. */
export class RoomChannel implements Link {
  /** The name that it was entered with. */
  readonly asked: string;
  readonly #replay: number;
  readonly #connection: Link;
  readonly #events: ChannelEvents;
  readonly #state: RoomState;
  #room: string | undefined;
  #status: Status = { is: "connecting" };
  #enterId: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs: number = PAUSES_MS[0];
  #isClosed = false;
  #sentLength = 0;

  constructor(
    asked: string,
    replay: number,
    connection: Link,
    events: ChannelEvents,
    state: RoomState,
  ) {
    this.asked = asked;
    this.#replay = replay;
    this.#connection = connection;
    this.#events = events;
    this.#state = state;
  }

  get status(): Status {
    return this.#status;
  }

  /** The room's own name, once it has been entered. */
  get room(): string | undefined {
    return this.#room;
  }

  send(command: object): boolean {
    if (this.#status.is !== "online") return false;
    const named = { ...command, room: this.#room };
    this.#sentLength = JSON.stringify(named).length;
    return this.#connection.send(named);
  }

  start(): void {
    if (this.#status.is === "connecting" && this.#enterId === undefined) this.enter();
  }

  wake(): void {
    const { is } = this.#status;
    if (this.#isClosed) return;
    if (this.#connection.status.is === "online" && (is === "stopped" || is === "waiting")) {
      this.enter();
    } else this.#connection.wake();
  }

  open(): void {
    this.#connection.open();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#enterId !== undefined) {
      this.#connection.send({ type: "exit", room: this.#room ?? this.asked });
    }
    this.#events.left();
    this.#enterId = undefined;
    if (this.#status.is !== "stopped") {
      this.#become({ is: "stopped", why: { kind: "left", detail: "" } });
    }
    return Promise.resolve();
  }

  /** Enters now, or again, where it left off. */
  enter(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#connection.status.is !== "online") return;
    const { seq: since, epoch, at } = this.#state.position ?? {};
    this.#enterId = newId();
    this.#become({ is: "connecting" });
    const place = { since, epoch, at, replay: this.#replay };
    this.#connection.send({
      type: "enter",
      room: this.#room ?? this.asked,
      ...place,
      id: this.#enterId,
    });
  }

  /** The connection stands like this now. */
  follow(status: Status): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#status.is === "stopped" && status.is !== "online") return;
    if (status.is === "online") return this.enter();
    this.#enterId = undefined;
    this.#become(this.#mine(status));
  }

  /** Another room's frame may have been the one that was too large. */
  #mine(status: Status): Status {
    const isOther = "why" in status && status.why.code === 1009 && this.#sentLength < SMALL_FRAME;
    return isOther ? { ...status, why: { kind: "lost", detail: "" } } : status;
  }

  /** Whether this object is for this room. */
  takes(room: string, object: RoomObject): boolean {
    if ((object.type === "welcome" || object.type === "error") && object.id !== undefined) {
      if (object.id === this.#enterId) return true;
      if (object.type === "welcome") return false;
    }
    return this.#status.is === "online" && this.#room === room;
  }

  /** Takes objects that came together. */
  receive(objects: readonly RoomObject[]): void {
    const refusal = objects.find((object) => object.type === "error" && this.#isOfEnter(object));
    const passed = refusal ? objects.filter((object) => object !== refusal) : objects;
    const welcome = objects.find(({ type }) => type === "welcome");
    if (welcome?.type === "welcome") this.#room = welcome.room;
    if (passed.length > 0) this.#events.onObjects(passed);
    if (welcome && !this.#isClosed) {
      this.#pauseMs = PAUSES_MS[0];
      this.#become({ is: "online" });
    }
    if (refusal && !this.#isClosed) this.#refused(refusal as Refusal);
  }

  #isOfEnter({ id }: { id?: string }): boolean {
    return id !== undefined && id === this.#enterId;
  }

  /** It was not let in, or has lost its place. */
  #refused({ code, detail }: Refusal): void {
    const why: Why = { kind: "refused", code: HTTP_STATUS[code] ?? 503, detail };
    if (code !== "rate_limited" && code !== "overloaded") return this.stop(why);
    this.#become({ is: "waiting", until: Date.now() + this.#pauseMs, why });
    this.#timer = setTimeout(() => this.enter(), this.#pauseMs);
    this.#pauseMs = Math.min(PAUSES_MS[1], 2 * this.#pauseMs);
  }

  /** It does not come back by itself. */
  stop(why: Why): void {
    clearTimeout(this.#timer);
    this.#enterId = undefined;
    this.#become({ is: "stopped", why });
  }

  #become(status: Status): void {
    this.#status = status;
    this.#events.onStatus(status);
  }
}
