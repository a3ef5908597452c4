/** Files that people send to a server, as its page or a bot does it. */

import type { Attachment } from "../journal/journal.ts";

/** A message as it was kept, or a problem. */
// deno-lint-ignore no-explicit-any -- tests look into it freely
type Said = any;

/** Somebody with a key, who is the same person each time. */
export class Uploader {
  readonly host: string;
  readonly headers: Record<string, string>;

  constructor(host: string, name: string) {
    this.host = host;
    this.headers = { authorization: `Bearer ${name.padEnd(32, ".")}` };
  }

  /** Sends a file and answers with the response. */
  post(
    body: BodyInit | null,
    { name = "a.txt", room = "lobby", headers = {} }: PostOptions = {},
  ): Promise<Response> {
    const query = new URLSearchParams({ name });
    return fetch(`http://${this.host}/rooms/${encodeURIComponent(room)}/files?${query}`, {
      method: "POST",
      body,
      headers: { ...this.headers, ...headers },
    });
  }

  /** Sends a file that is taken. */
  async send(body: BodyInit, options?: PostOptions): Promise<Attachment> {
    const response = await this.post(body, options);
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    return await response.json();
  }

  /** Says something over HTTP; answers with the status and what was answered. */
  async say(
    message: Record<string, unknown>,
    room = "lobby",
  ): Promise<{ status: number; said: Said }> {
    const response = await fetch(`http://${this.host}/rooms/${encodeURIComponent(room)}/messages`, {
      method: "POST",
      body: JSON.stringify(message),
      headers: { ...this.headers, "content-type": "application/json" },
    });
    return { status: response.status, said: await response.json() };
  }

  /** Deletes a message. */
  async remove(seq: number, room = "lobby"): Promise<number> {
    const address = `http://${this.host}/rooms/${room}/messages/${seq}`;
    const response = await fetch(address, { method: "DELETE", headers: this.headers });
    await response.body?.cancel();
    return response.status;
  }

  /** Fetches a file. */
  fetch(file: Attachment, { room = "lobby", ...init }: RequestInit & { room?: string } = {}) {
    const headers = { ...this.headers, ...init.headers };
    return fetch(fileUrl(this.host, file, room), { ...init, headers });
  }

  /** The status of fetching a file. */
  async status(file: Attachment, options: RequestInit & { room?: string } = {}): Promise<number> {
    const response = await this.fetch(file, options);
    await response.body?.cancel();
    return response.status;
  }
}

interface PostOptions {
  name?: string;
  room?: string;
  headers?: Record<string, string>;
}

/** The address of a file. */
export function fileUrl(host: string, { id, name }: Attachment, room = "lobby"): string {
  return `http://${host}/rooms/${encodeURIComponent(room)}/files/${id}/${encodeURIComponent(name)}`;
}

/** The paths of all files in a folder, without it. */
export async function filesUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const inside = isDirectory ? await filesUnder(`${folder}/${name}`) : [];
    found.push(...(isDirectory ? inside.map((path) => `${name}/${path}`) : [name]));
  }
  return found.sort();
}

/** A body that never ends by itself. */
export class OpenBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

  constructor(text = "") {
    this.stream = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
    });
    if (text) this.send(text);
  }

  send(text: string): void {
    this.#controller.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.#controller.close();
  }
}
