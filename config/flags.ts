/**
 * Flags: words of the command line and of the environment, and the values that they become.
 *
 * Knows no flag of the program; `config.ts` has them all. A flag `--max-clients` is the variable
 * `CHAT_MAX_CLIENTS` and the property `maxClients`; a flag beats its variable, and an empty variable
 * is as good as none.
 */

import { parseArgs } from "node:util";

/** A word or value on the command line that is not accepted. The message is one line, for people. */
export class UsageError extends Error {
  /** Tells it from other errors. */
  override name = "UsageError";
}

/** One flag. */
export interface Flag<T> {
  /** What stands behind the flag in the help; absent for a switch. */
  hint?: string;
  help: string;
  initial: string;
  repeatable?: true;
  /** Undefined: not accepted. */
  parse: (word: string) => T | undefined;
  accepts: string;
}

/** A flag with a value, which `parse` makes of a word. */
export function flag<T>(
  hint: string,
  initial: string | number,
  help: string,
  accepts: string,
  parse: (word: string) => T | undefined,
): Flag<T> {
  return { hint, help, initial: String(initial), accepts, parse };
}

/** A flag that takes a whole number. */
export function number(
  hint: string,
  initial: number,
  help: string,
  least: number,
  most: number,
): Flag<number> {
  const accepts = `a whole number from ${least} to ${most}`;
  return flag(hint, initial, help, accepts, (word) => {
    const value = Number(word);
    return /^\d+$/.test(word) && value >= least && value <= most ? value : undefined;
  });
}

/** A flag that takes one of these words, the first if nothing is said. */
export function choice<T extends string>(help: string, ...words: T[]): Flag<T> {
  const parse = (word: string) => words.find((one) => one === word);
  return flag(words.join("|"), words[0], help, words.join(" or "), parse);
}

/** A flag that takes a path; none if nothing is said. */
export function path(hint: string, help: string): Flag<string> {
  return flag(hint, "", help, "a path", (word) => word);
}

/** A flag without a value. */
export function onOff(help: string): Flag<boolean> {
  const on = ["1", "true", "on"];
  const words = [...on, "", "0", "false", "off"];
  const parse = (word: string) => words.includes(word) ? on.includes(word) : undefined;
  return { help, initial: "", accepts: "true or false", parse };
}

/** The name of a property as it stands behind `--`. */
export const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The name of the environment variable of a flag. */
export const variable = (name: string): string =>
  `CHAT_${kebab(name).replaceAll("-", "_").toUpperCase()}`;

/**
 * The words behind each flag, by its name, in their order; `"true"` for a switch.
 *
 * @param switches further flags without a value
 * @throws {UsageError} for a word that is no flag of these, or a flag without its value
 */
export function parseWords(
  args: string[],
  flags: Record<string, Flag<unknown>>,
  ...switches: string[]
): Record<string, string[] | undefined> {
  const takes = new Map(switches.map((name) => [name, false]));
  for (const [name, { hint }] of Object.entries(flags)) takes.set(kebab(name), hint !== undefined);
  const options = Object.fromEntries(
    Array.from(
      takes,
      ([name, value]) => [name, { type: value ? "string" : "boolean", multiple: true }] as const,
    ),
  );
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const given: Record<string, string[] | undefined> = {};
  for (const token of tokens) {
    if (token.kind !== "option") {
      const word = token.kind === "positional" ? token.value : "--";
      throw new UsageError(`unexpected "${word}": only flags are accepted, see --help`);
    }
    const { name, rawName, value } = token;
    if (!takes.has(name) || !rawName.startsWith("--")) {
      throw new UsageError(`unknown flag ${rawName}: see --help for those there are`);
    }
    const isFlag = !token.inlineValue && value?.startsWith("--");
    if (takes.get(name) && (value === undefined || isFlag)) {
      throw new UsageError(`${rawName} needs a value: see --help`);
    }
    (given[name] ??= []).push(value ?? "true");
  }
  return given;
}

/**
 * The value of a flag: of its words, else of its variable, else what it is if nothing is said.
 *
 * @throws {UsageError} naming the word that is not accepted and what would be
 */
export function valueOf<T>(
  name: string,
  flag: Flag<T>,
  given: string[] | undefined,
  inherited: string | undefined,
): T | T[] {
  const parse = (word: string) => {
    const value = flag.parse(word);
    if (value !== undefined) return value;
    const source = given ? `--${kebab(name)}` : variable(name);
    throw new UsageError(`${source}: "${word}" is not accepted, it takes ${flag.accepts}`);
  };
  if (!flag.repeatable) return parse(given?.at(-1) ?? (inherited || flag.initial));
  return (given ?? inherited?.split(/[\s,]+/) ?? []).filter(Boolean).map(parse);
}
