/**
 * What this person wants for themselves: read marks, mutes and stars, until the server has them.
 *
 * Each is sent again on every new connection, which changes nothing where it arrived before. Of one
 * kind and room only the newest waits, of read marks the highest.
 */

import { newId } from "./ids.ts";
import type { Refusal } from "./protocol.ts";
import type { Mute, Read, Star } from "./rooms_protocol.ts";

/** What is asked for. */
export type OwnCommand =
  | { readonly type: "read"; readonly room: string; readonly seq: number }
  | { readonly type: "mute" | "star"; readonly room: string; readonly on: boolean };

/** Until what was refused for haste is sent again. */
const AGAIN_MS = 3_000;

interface Waiting {
  readonly command: OwnCommand & { readonly id: string };
  /** The id of the one that was sent, which an answer settles before the next is sent. */
  sent: string | undefined;
}

/** Commands that wait. */
export class Wanted {
  readonly #send: (command: OwnCommand & { id: string }) => boolean;
  readonly #waiting = new Map<string, Waiting>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send sends a command; what it cannot send waits for {@linkcode Wanted.online} */
  constructor(send: (command: OwnCommand & { id: string }) => boolean) {
    this.#send = send;
  }

  /** Asks for something; sent once what was asked for before has been answered. */
  add(command: OwnCommand): void {
    const key = `${command.type}/${command.room}`;
    const before = this.#waiting.get(key);
    if (isCovered(command, before?.command)) return;
    const waiting = { command: { ...command, id: newId() }, sent: before?.sent };
    this.#waiting.set(key, waiting);
    if (waiting.sent === undefined) this.#try(waiting);
  }

  #try(waiting: Waiting): void {
    waiting.sent = this.#send(waiting.command) ? waiting.command.id : undefined;
  }

  /** There is a connection: everything that waits is sent. */
  online(): void {
    for (const waiting of this.#waiting.values()) this.#try(waiting);
  }

  /** The server has this. */
  settle(object: Read | Mute | Star): void {
    const key = `${object.type}/${object.room}`;
    const waiting = this.#waiting.get(key);
    if (!waiting) return;
    const { command } = waiting;
    const isDone = command.type === "read"
      ? isCovered(command, object)
      : "on" in object && object.on === command.on;
    if (isDone) this.#waiting.delete(key);
    // A newer one has been waiting for this.
    else if (waiting.sent !== command.id) this.#try(waiting);
  }

  /** A command was refused: for good, or it is sent again; undefined if it is none of these. */
  refused({ id, code }: Refusal): "final" | "again" | undefined {
    if (id === undefined) return;
    for (const [key, waiting] of this.#waiting) {
      if (waiting.sent !== id) continue;
      if (code !== "rate_limited" && code !== "overloaded") {
        if (waiting.command.id === id) this.#waiting.delete(key);
        else this.#try(waiting);
        return "final";
      }
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.online(), AGAIN_MS);
      return "again";
    }
  }

  /** Nothing may follow: what waits for the answer to something older is sent now. */
  flush(): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting.sent !== waiting.command.id) this.#try(waiting);
    }
  }

  /** Sends what waits, and nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.flush();
  }
}

function isCovered(command: OwnCommand, by: OwnCommand | Read | Mute | Star | undefined): boolean {
  return command.type === "read" && by?.type === "read" && by.seq >= command.seq;
}
