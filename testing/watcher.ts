/** A reader of Server-Sent Events, as a browser's `EventSource` reads them. */

import type { ChatServer } from "./servers.ts";
import { within } from "./wait.ts";

/** One event. */
export interface WatchedEvent {
  readonly id: string | undefined;
  /** `message` where it has no name. */
  readonly type: string;
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  readonly data: any;
}

/** Watches a room. */
export class Watcher {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  private constructor(response: Response) {
    this.response = response;
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Opens a stream. Rejects with the problem where it is refused. */
  static async open(
    { host }: Pick<ChatServer, "host">,
    query = "",
    headers: Record<string, string> = {},
    room = "lobby",
  ): Promise<Watcher> {
    const url = `http://${host}/rooms/${room}/events${query}`;
    const response = await within(fetch(url, { headers }), "the head of the stream");
    if (response.status !== 200) throw new Error(await response.text());
    return new Watcher(response);
  }

  /** Opens a stream, and reads its first event. */
  static async watch(...args: Parameters<typeof Watcher.open>): Promise<Watcher> {
    const watcher = await Watcher.open(...args);
    await watcher.next();
    return watcher;
  }

  /** The next event, undefined at the end; comments are passed over. */
  async next(): Promise<WatchedEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await within(this.#reader.read(), "an event");
        if (done) return;
        this.#text += value;
        continue;
      }
      const lines = this.#text.slice(0, end).split("\n");
      this.#text = this.#text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field("data");
      if (data === undefined) continue;
      return { id: field("id"), type: field("event") ?? "message", data: JSON.parse(data) };
    }
  }

  /** The numbers of the next messages, which their ids have too. */
  async seqs(count: number): Promise<number[]> {
    const seqs: number[] = [];
    while (seqs.length < count) {
      const { id, type, data } = (await this.next())!;
      if (type !== "message") throw new Error(`${type} instead of a message`);
      if (id?.split(".").slice(1).join() !== `${data.seq},${data.at}`) throw new Error(id);
      seqs.push(data.seq);
    }
    return seqs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }
}
