/**
 * A client of the library that is put through everything: its link breaks and stalls, it pages back
 * slowly, it gives commands and sends old ones again, and in the end it must know what everybody knows.
 */

import { type Command, connectRoom, history, type HistoryQuery, type Room } from "../sdk/mod.ts";
import { fetchPage } from "../sdk/fetch_page.ts";
import { FaultyLink } from "./faulty_link.ts";
import { Peer } from "./peer.ts";
import { differences, type RoomCopy } from "./room_copy.ts";
import { pause, until, within } from "./wait.ts";

/** Whose client it is, and where. */
export interface SyncClientOptions {
  readonly port: number;
  readonly room: string;
  readonly name: string;
  /** A key that makes the same person of several connections. */
  readonly key: string;
  /** Messages to start with. */
  readonly replay: number;
}

/** More messages than a test says. */
const MESSAGES = 100_000;

/** One client. */
export class SyncClient implements AsyncDisposable {
  readonly room: Room;
  readonly link: FaultyLink;
  /** What was refused for good, by code. */
  readonly refused: Record<string, number> = {};
  /** How often it was told that the history is another one. */
  resets = 0;
  readonly #options: SyncClientOptions;
  /** Commands that were kept, as they were sent. */
  readonly #sent: (Command & { id: string })[] = [];
  readonly #pages = new Set<Promise<void>>();
  #port: number;
  /** It has everything after this one. */
  #since: number | undefined;

  constructor(options: SyncClientOptions) {
    this.#options = options;
    this.#port = options.port;
    this.link = new FaultyLink(options.port);
    this.room = connectRoom({
      url: `http://${this.link.host}`,
      room: options.room,
      name: options.name,
      token: options.key,
      replay: options.replay,
      messages: MESSAGES,
      unsent: MESSAGES,
    });
    this.room.on("reset", () => this.resets++);
    this.room.on("welcome", ({ after, back }) => {
      if (!back) this.#since = after;
    });
  }

  /** Waits until it is in the room. */
  async joined(): Promise<void> {
    await until(() => this.#since !== undefined, "a welcome");
  }

  /** Goes over to another server. */
  move(port: number): void {
    this.#port = port;
    this.link.redirect(port);
    this.room.wake();
  }

  /** Comes back, however it was away. */
  comeBack(): void {
    this.link.repair();
    this.room.wake();
  }

  /** Gives a command, and notes what becomes of it. */
  give(act: (room: Room) => Promise<unknown>): void {
    const before = new Set(this.room.outbox.drafts.map(({ id }) => id));
    const outcome = act(this.room) as ReturnType<Room["say"]>;
    const draft = this.room.outbox.drafts.find(({ id }) => !before.has(id));
    outcome.then((result) => {
      if (!result.kept) this.refused[result.code] = (this.refused[result.code] ?? 0) + 1;
      else if (draft) this.#sent.push({ ...draft.command, id: draft.id });
    });
  }

  /** Fetches a page over HTTP, past the link; the answer is held back for some time. */
  fetch(query: HistoryQuery, delayMs: number): void {
    const url = `http://127.0.0.1:${this.#port}`;
    const { room, key } = this.#options;
    const page = fetchPage(this.room.state, async () => {
      const found = await history({ url, room, token: key, ...query });
      await pause(delayMs);
      return found;
    }).then(() => {}, (error) => {
      // The server was killed meanwhile.
      if (!(error instanceof TypeError)) throw error;
    });
    this.#pages.add(page);
    page.finally(() => this.#pages.delete(page));
  }

  /** Sends commands of long ago again, over a connection that knows nothing of them. */
  async retry(pick: <T>(list: readonly T[]) => T, count: number): Promise<void> {
    if (this.#sent.length === 0) return;
    const { room, name, key } = this.#options;
    const path = `/rooms/${room}?replay=0&name=${name}`;
    const commands = Array.from({ length: count }, () => pick(this.#sent));
    try {
      await using peer = await Peer.join(`127.0.0.1:${this.#port}`, path, {
        authorization: `Bearer ${key}`,
      });
      peer.send(commands.map((command) => JSON.stringify(command)).join("\n"));
      const isAnswered = ({ id }: { id: string }) => peer.lines.some((line) => line.includes(id));
      await peer.until(() => commands.every(isAnswered), "the answers");
    } catch (error) {
      // The server was killed meanwhile.
      if (!/closed before|failed to connect/.test(String(error))) throw error;
    }
  }

  /** Waits until all that it was given has been answered and fetched. */
  async settled(): Promise<void> {
    await within(this.room.outbox.idle(), `${this.#options.name}'s commands`);
    await within(Promise.all(this.#pages).then(() => {}), `${this.#options.name}'s pages`);
  }

  /** Waits until it has come as far as the copy; returns what it knows otherwise. */
  async compare(copy: RoomCopy): Promise<string[]> {
    const { state } = this.room;
    const isThere = () => (state.position?.seq ?? 0) >= copy.head;
    await until(isThere, `${this.#options.name} to come to ${copy.head}`);
    return differences(state, copy, this.#since!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.room.close({ flushMs: 0 });
    await this.link[Symbol.asyncDispose]();
  }
}
