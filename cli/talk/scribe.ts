/**
 * What a room told, in lines for people.
 *
 * Knows who is here, because presence names those who left by their ids alone, and tells nothing
 * of a crowd. Everything that came from elsewhere is tamed; colours are only added where wanted.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Told } from "./link.ts";
import { tame } from "./text.ts";

const COLOURS = [33, 37, 40, 64, 70, 99, 130, 133, 160, 166, 170, 172];

interface Somebody {
  readonly id: string;
  readonly name: string;
}

/** Writes down what one room tells. */
export class Scribe {
  readonly #colours: boolean;
  /** The id of whoever reads. */
  me = "";
  readonly #here = new Map<string, string>();
  #known = false;

  /** @param colours whether names get colours, and what is less important is dim */
  constructor(colours: boolean) {
    this.#colours = colours;
  }

  /** The line for it, undefined where there is nothing to say. */
  line(told: Told): string | undefined {
    switch (told.type) {
      case "welcome":
        return this.#welcome(told);
      case "message":
        return this.message(told);
      case "presence":
        return this.#presence(told);
      case "renamed":
        return this.#renamed(told);
      case "gap":
        return this.#aside(`messages ${tame(told.from)} to ${tame(told.to)} are no longer kept`);
      case "error":
        return this.#aside(`not done: ${tame(told.detail)}`);
      case "away":
        return this.#aside(`the line broke, coming back in about ${tame(told.seconds)} s`);
    }
  }

  /** A line of ours, not of the room. */
  #aside(text: string): string {
    return this.#colours ? `\x1b[2m-- ${text}\x1b[0m` : `-- ${text}`;
  }

  #name(id: unknown, name: unknown): string {
    const shown = tame(name);
    if (!this.#colours) return shown;
    let sum = 0;
    for (const letter of String(id).slice(0, LIMITS.subjectLength)) {
      sum = (sum * 31 + letter.codePointAt(0)!) % 65_521;
    }
    return `\x1b[1;38;5;${COLOURS[sum % COLOURS.length]}m${shown}\x1b[0m`;
  }

  message({ from, name, text, at }: Told): string {
    const said = `${this.#name(from, name)}: ${tame(text)}`;
    if (!this.#colours) return said;
    const when = new Date(Number(at));
    const two = (n: number) => String(n).padStart(2, "0");
    return `\x1b[2m${two(when.getHours())}:${two(when.getMinutes())}\x1b[0m ${said}`;
  }

  #welcome({ room, you, members, count }: Told): string {
    this.me = String(you?.id);
    this.meet(members);
    const back = this.#known ? "back " : "";
    this.#known = true;
    return this.#aside(`${back}in ${tame(room)} as ${tame(you?.name)}, ${tame(count)} here`);
  }

  meet(members: unknown): void {
    this.#here.clear();
    for (const { id, name } of people(members)) this.#here.set(id, name);
  }

  #presence({ joined, left, members }: Told): string | undefined {
    if (members) return void this.meet(members);
    const came: string[] = [];
    for (const { id, name } of people(joined)) {
      if (!this.#here.has(id) && id !== this.me) came.push(name);
      this.#here.set(id, name);
    }
    const went: string[] = [];
    for (const id of Array.isArray(left) ? left : []) {
      const name = this.#here.get(id);
      if (name !== undefined && id !== this.me) went.push(name);
      this.#here.delete(id);
    }
    const parts = [...came.map((name) => `${name} came`), ...went.map((name) => `${name} left`)];
    if (parts.length > 0) return this.#aside(parts.slice(0, 20).join(", "));
  }

  #renamed({ from, name }: Told): string {
    const before = this.#here.get(from) ?? "somebody";
    const now = tame(name);
    this.#here.set(from, now);
    return this.#aside(`${before} is now ${now}`);
  }
}

function people(value: unknown): Somebody[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, LIMITS.presenceMembers).map((one) => ({
    id: String(one?.id),
    name: tame(one?.name),
  }));
}
