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

/** Commands that wait. */
export class Wanted {
  readonly #send: (command: OwnCommand & { id: string }) => boolean;
  readonly #waiting = new Map<string, OwnCommand & { id: string }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send sends a command; what it cannot send waits for {@linkcode Wanted.online} */
  constructor(send: (command: OwnCommand & { id: string }) => boolean) {
    this.#send = send;
  }

  /** Asks for something. */
  add(command: OwnCommand): void {
    const key = `${command.type}/${command.room}`;
    const waiting = this.#waiting.get(key);
    if (isCovered(command, waiting)) return;
    const wanted = { ...command, id: newId() };
    this.#waiting.set(key, wanted);
    this.#send(wanted);
  }

  /** There is a connection: everything that waits is sent. */
  online(): void {
    for (const command of this.#waiting.values()) this.#send(command);
  }

  /** The server has this. */
  settle(object: Read | Mute | Star): void {
    const key = `${object.type}/${object.room}`;
    const waiting = this.#waiting.get(key);
    if (!waiting) return;
    const isDone = waiting.type === "read"
      ? isCovered(waiting, object)
      : "on" in object && object.on === waiting.on;
    if (isDone) this.#waiting.delete(key);
  }

  /** A command was refused: for good, or it is sent again; undefined if it is none of these. */
  refused({ id, code }: Refusal): "final" | "again" | undefined {
    for (const [key, command] of this.#waiting) {
      if (command.id !== id) continue;
      if (code !== "rate_limited" && code !== "overloaded") {
        this.#waiting.delete(key);
        return "final";
      }
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.online(), AGAIN_MS);
      return "again";
    }
  }

  /** Sends nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
  }
}

function isCovered(command: OwnCommand, by: OwnCommand | Read | Mute | Star | undefined): boolean {
  return command.type === "read" && by?.type === "read" && by.seq >= command.seq;
}
