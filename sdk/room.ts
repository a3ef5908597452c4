/**
 * A room, as a program uses it: the link to the server, the state and the outbox together.
 *
 * What is said waits in the outbox until the server has kept it, through any number of
 * reconnections. Every message of the room comes once, in order; after a break the link resumes at the
 * state's position.
 */

import { Emitter } from "./emitter.ts";
import type { NamedFile } from "./commands.ts";
import { fetchPage } from "./fetch_page.ts";
import { fileUrl, uploadFile, type UploadOptions } from "./files.ts";
import { getMessage, history, type HistoryQuery, type Token } from "./http.ts";
import type { Identity } from "./identity.ts";
import type { Link, LinkEvents } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { MemoryStore } from "./outbox_store.ts";
import type { Attachment, History, Message, Refusal, RoomObject } from "./protocol.ts";
import { RoomCommands } from "./room_commands.ts";
import type { RoomEvents, RoomOptions } from "./room_options.ts";
import { RoomState } from "./room_state.ts";
import type { Status } from "./status.ts";

/** Messages to start with, where no number is given. */
export const REPLAY = 50;
const MESSAGES = 1_000;
const UNSENT = 100;
/** The server passes on one notice in this time, in milliseconds. */
const TYPING_MS = 2_000;
/** How long `close` waits for what has not been kept yet, in milliseconds. */
const FLUSH_MS = 2_000;

/** A room that this client is in. */
export class Room extends RoomCommands {
  readonly state: RoomState;
  readonly outbox: Outbox;
  readonly #options: RoomOptions;
  readonly #identity: Identity;
  readonly #link: Link;
  readonly #emitter = new Emitter<RoomEvents>();
  #typedAt = -Infinity;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Use {@linkcode connectRoom}, or {@linkcode Rooms.enter}.
   *
   * @param connect makes its link, which resumes at the position of its state
   */
  constructor(
    options: RoomOptions,
    identity: Identity,
    connect: (events: LinkEvents, state: RoomState) => Link,
  ) {
    super();
    const { replay = REPLAY, messages = MESSAGES, store = new MemoryStore() } = options;
    this.#options = options;
    this.#identity = identity;
    this.state = new RoomState(messages, replay);
    const onObjects = (objects: readonly RoomObject[]) => this.#apply(objects);
    const onStatus = (status: Status) => this.#turn(status);
    this.#link = connect({ onObjects, onStatus }, this.state);
    this.outbox = new Outbox({
      store,
      limit: options.unsent ?? UNSENT,
      keepFailed: options.keepFailed ?? false,
      author: () => identity.name,
      send: (command) => this.#link.send(command),
      doubt: (times) => times > 1 ? this.#link.open() : this.#link.wake(),
      onChange: () => this.#report("outbox"),
    });
    // Later, so that the caller can listen first.
    queueMicrotask(() => this.#link.start());
  }

  /** How the connection stands. */
  get status(): Status {
    return this.#link.status;
  }

  /** The room's name: as it was asked for, and once it has been entered as it is called. */
  get room(): string {
    return this.state.room ?? this.#options.room;
  }

  /** The name that this client asks for; empty for a guest. `state.you` is what the server says. */
  get name(): string {
    return this.#identity.name;
  }

  /** Listens to an event; the result ends that. */
  on<Name extends keyof RoomEvents>(
    name: Name,
    listener: (detail: RoomEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  /**
   * Takes another name, now and on every later connection; an empty one makes a guest. On a connection
   * for all rooms it is the name in all of them.
   */
  rename(name: string): void {
    if (name === this.name) return;
    const command = this.#identity.rename(name);
    if (name) this.#link.send(command);
    else this.#reconnect();
  }

  /** Takes another email or token, which means another connection. */
  identify(options: { email?: string; token?: Token }): void {
    this.#identity.update(options);
    this.#reconnect();
  }

  /** Shows that this person is typing. May be called at every key. */
  typing(): void {
    const now = performance.now();
    if (now - this.#typedAt < TYPING_MS) return;
    if (this.#link.send({ type: "typing" })) this.#typedAt = now;
  }

  /** There is a reason to look at the connection now; see {@linkcode Connection.wake}. */
  wake(): void {
    this.#link.wake();
  }

  /**
   * A page of this room's history, which is also added to `state`; its messages are up to date.
   *
   * @throws what {@linkcode history} throws
   */
  async history(part: HistoryQuery = {}): Promise<History> {
    return await fetchPage(this.state, () => history({ ...this.#server(), ...part }));
  }

  /** A message, fetched unless it is held; undefined if there is none with this number. */
  async message(seq: number): Promise<Message | undefined> {
    const held = this.state.message(seq);
    if (held) return held;
    const page = await fetchPage(this.state, async () => {
      const found = await getMessage({ ...this.#server(), seq });
      return { messages: found ? [found] : [], more: false, head: found?.v ?? seq };
    });
    return page.messages[0];
  }

  /**
   * Sends a file, which a message of this room may name then: `say` takes it in `files`.
   *
   * @throws what {@linkcode uploadFile} throws
   */
  async upload(file: Blob, options: UploadOptions = {}): Promise<Attachment> {
    return await uploadFile({ ...this.#server(), ...options, file });
  }

  /** The address of a file of this room. */
  fileUrl(file: NamedFile): URL {
    return fileUrl(this.#options.url, this.#options.room, file);
  }

  #server() {
    const { url, room } = this.#options;
    return { url, room, token: this.#identity.token };
  }

  /**
   * Leaves, once what was said is settled, or after `flushMs` without that. Messages that are still
   * in `outbox.drafts` afterwards were not sent.
   */
  async close({ flushMs = FLUSH_MS }: { flushMs?: number } = {}): Promise<void> {
    let late: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => late = setTimeout(resolve, flushMs));
    await Promise.race([this.outbox.idle(), patience]);
    clearTimeout(late);
    clearTimeout(this.#typingTimer);
    this.outbox.close();
    await this.#link.close();
  }

  #reconnect(): void {
    const { is } = this.status;
    if (is === "online" || is === "connecting") this.#link.open();
    else this.#link.wake();
  }

  #turn(status: Status): void {
    if (status.is === "online") this.outbox.online();
    else {
      const why = "why" in status ? status.why : undefined;
      if (why?.kind === "closed" && why.code === 1009) this.outbox.tooLarge();
      this.outbox.offline();
    }
    this.#emitter.emit("status", status);
    this.#emitter.emit("change", undefined);
  }

  #apply(objects: readonly RoomObject[]): void {
    for (const object of objects) {
      // First, so that no listener sees a message both sent and unsent.
      const isAnswer = this.#settle(object);
      for (const { name, detail } of this.state.apply(object, Date.now(), isAnswer)) {
        if (name === "typing") this.#expireTyping();
        if (name === "renamed" && detail.from === this.state.you?.id) this.#identity.accept();
        if (name === "welcome") this.#identity.accept();
        this.#emitter.emit(name, detail as never);
      }
      if (object.type === "error") this.#refused(object);
    }
    this.#emitter.emit("change", undefined);
  }

  /** Settles the command that this entry answers. Returns whether there was one. */
  #settle(object: RoomObject): boolean {
    if (object.type === "skip") return !!object.id && this.outbox.kept(object.id, object.to);
    return "id" in object && "seq" in object && !!object.id &&
      this.outbox.kept(object.id, object.seq);
  }

  #refused(refusal: Refusal): void {
    const { id, code, detail } = refusal;
    if (id !== undefined && this.outbox.refused(id, code, detail)) return;
    this.#identity.refused(id);
    this.#emitter.emit("error", refusal);
  }

  #expireTyping = (): void => {
    clearTimeout(this.#typingTimer);
    const now = Date.now();
    const next = this.state.expireTyping(now);
    if (next === undefined) return this.#report("change");
    this.#typingTimer = setTimeout(this.#expireTyping, next - now);
  };

  #report(name: "outbox" | "change"): void {
    this.#emitter.emit(name, undefined);
    if (name === "outbox") this.#emitter.emit("change", undefined);
  }
}
