/**
 * Flags: words of the command line and of the environment, and the values that they become.
 *
 * It parses all command lines of this project, and knows no flag itself. The flag `--max-clients` is the
 * variable `CHAT_MAX_CLIENTS` and the property `maxClients`. A flag beats its variable, and an empty
 * variable counts as unset.
 */

import { parseArgs } from "node:util";

/** A word or value on the command line that is not accepted. The message is one line, for people. */
export class UsageError extends Error {
  /** Distinguishes it from other errors. */
  override name = "UsageError";
}

/** One flag. */
export interface Flag<T> {
  /** The word for its value in the help; absent for a switch. */
  readonly hint?: string;
  readonly help: string;
  readonly initial: string;
  readonly repeatable?: true;
  /** Returns undefined for a word that is not accepted. */
  readonly parse: (word: string) => T | undefined;
  readonly accepts: string;
}

/** A flag that may be given several times; none if it is not. */
export interface RepeatableFlag<T> extends Flag<T> {
  readonly repeatable: true;
}

/** The flags of one command line, by the property they become. */
export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** The values of flags. */
export type Values<F extends Flags> = {
  -readonly [K in keyof F]: F[K] extends RepeatableFlag<infer T> ? T[] : NonNullable<
    ReturnType<F[K]["parse"]>
  >;
};

/** A flag with a value, into which `parse` turns a word. */
export function flag<T>(
  hint: string,
  initial: string | number,
  help: string,
  accepts: string,
  parse: (word: string) => T | undefined,
): Flag<T> {
  return { hint, help, initial: String(initial), accepts, parse };
}

/** The same flag, given any number of times. */
export function repeatable<T>(flag: Flag<T>): RepeatableFlag<T> {
  return { ...flag, repeatable: true };
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

/** A flag that takes one of these words, the first by default. */
export function choice<T extends string>(help: string, ...words: T[]): Flag<T> {
  const parse = (word: string) => words.find((one) => one === word);
  return flag(words.join("|"), words[0], help, words.join(" or "), parse);
}

/** A flag that takes any text; none by default. */
export function text(hint: string, help: string, accepts = "a text"): Flag<string> {
  return flag(hint, "", help, accepts, (word) => word);
}

/** A flag that takes a path; none by default. */
export function path(hint: string, help: string): Flag<string> {
  return text(hint, help, "a path");
}

/** A flag without a value. */
export function onOff(help: string): Flag<boolean> {
  const on = ["1", "true", "on"];
  const words = [...on, "", "0", "false", "off"];
  const parse = (word: string) => words.includes(word) ? on.includes(word) : undefined;
  return { help, initial: "", accepts: "true or false", parse };
}

/** The name of a property as it is written after `--`. */
export const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The name of the environment variable of a flag. */
export const variable = (name: string): string =>
  `CHAT_${kebab(name).replaceAll("-", "_").toUpperCase()}`;

/** The words of a command line. */
export interface Words {
  /** The words after each flag, by its kebab name, in their order; `"true"` for a switch. */
  readonly flags: Readonly<Record<string, readonly string[] | undefined>>;
  /** Words that belong to no flag. */
  readonly positionals: readonly string[];
}

/**
 * Splits a command line into its words. `--help`, `-h` and `--version` are always flags.
 *
 * @param positionals how many words that belong to no flag are accepted
 * @throws {UsageError} for a word that is not accepted, or a flag without its value
 */
export function parseWords(args: string[], flags: Flags, positionals = 0): Words {
  const takesValue = new Map([["help", false], ["version", false]]);
  for (const [name, { hint }] of Object.entries(flags)) takesValue.set(kebab(name), !!hint);
  const options = Object.fromEntries(Array.from(takesValue, ([name, value]) => {
    const short = name === "help" ? { short: "h" } : {};
    return [name, { type: value ? "string" : "boolean", multiple: true, ...short }] as const;
  }));
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const given: Record<string, string[]> = {};
  const others: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional" && others.length < positionals) others.push(token.value);
    else if (token.kind === "option") {
      const { name, rawName, value, inlineValue } = token;
      if (!takesValue.has(name)) {
        throw new UsageError(`unknown flag ${rawName}: see --help for those there are`);
      }
      const isFlag = !inlineValue && value?.startsWith("--");
      if (takesValue.get(name) && (value === undefined || isFlag)) {
        throw new UsageError(`${rawName} needs a value: see --help`);
      }
      (given[name] ??= []).push(value ?? "true");
    } else {
      const word = token.kind === "positional" ? token.value : "--";
      throw new UsageError(`unexpected "${word}": only flags are accepted, see --help`);
    }
  }
  return { flags: given, positionals: others };
}

/**
 * The values of all flags: from their words, else from their variables, else their defaults.
 *
 * @param env gives the value of an environment variable; without it only words count
 * @throws {UsageError} naming the word that is not accepted and what would be
 */
export function valuesOf<F extends Flags>(
  flags: F,
  given: Words["flags"],
  env: (name: string) => string | undefined = () => undefined,
): Values<F> {
  const entries = Object.entries(flags).map(([name, flag]) => {
    return [name, valueOf(name, flag, given[kebab(name)], env(variable(name)))];
  });
  return Object.fromEntries(entries);
}

function valueOf<T>(
  name: string,
  flag: Flag<T>,
  given: readonly string[] | undefined,
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

/** The lines of a help text: one for each flag, with its default. */
export function helpLines(flags: Flags): string[] {
  const rows = Object.entries(flags).map(([name, flag]) => [
    `  --${kebab(name)} ${flag.hint ?? ""}`,
    flag.help + (flag.initial ? ` (${flag.initial})` : ""),
  ]);
  rows.push(["  --help, --version", "print this, or the version"]);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => left.padEnd(width) + right);
}
