/**
 * A client for the terminal, on the JSON wire: `talk URL [--name N] [--email E] [--token T]`.
 *
 * At a terminal it edits a line below what is said. Where stdin or stdout is none, each line of
 * stdin is said and each message is a line of stdout without colours; at the end of stdin it waits
 * until all is kept, and ends. Needs the permission `net` for the server, and `env` for the variable
 * `CHAT_TOKEN`, which keeps a token out of the list of processes.
 */

import { parseArgs } from "node:util";
import { UsageError } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";
import { Editor } from "./talk/editor.ts";
import { Link, type Told } from "./talk/link.ts";
import { Scribe } from "./talk/scribe.ts";
import { Terminal, write } from "./talk/terminal.ts";
import { tame } from "./talk/text.ts";

const USAGE = "talk URL [--name N] [--email E] [--token T]: the URL of a server or of a room, " +
  "such as localhost:8080 or https://chat.example/rooms/tea; a token may stand in CHAT_TOKEN";

const HELP =
  "/name N takes another name, /me says what you do, //x says /x, /quit or Ctrl-D leaves";

interface Call {
  readonly url: URL;
  readonly token: string;
}

/**
 * Talks until the user or the server ends it.
 *
 * @returns the exit code: 0, or 1 if the server refused
 * @throws {UsageError} for words that are not accepted
 */
export async function talk(args: string[]): Promise<number> {
  const call = readCall(args);
  if (!call) {
    console.log(USAGE);
    return 0;
  }
  const atTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const why = await (atTerminal ? converse(call) : relay(call));
  if (why) console.error(`hubbub: ${tame(why)}`);
  return why ? 1 : 0;
}

function readCall(args: string[]): Call | undefined {
  const text = { type: "string" } as const;
  const options = { name: text, email: text, token: text, help: { type: "boolean" } } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help) return;
    if (positionals.length !== 1) throw new TypeError("one URL is needed");
    const url = roomOf(positionals[0]);
    for (const name of ["name", "email"] as const) {
      if (values[name]) url.searchParams.set(name, values[name]);
    }
    url.searchParams.set("replay", String(LIMITS.talkReplay));
    return { url, token: values.token ?? Deno.env.get("CHAT_TOKEN") ?? "" };
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split("\n")[0]}. ${USAGE}`);
  }
}

/** The socket's URL of a room; that of a server is its lobby's. */
function roomOf(word: string): URL {
  const url = new URL(/^(?:https?|wss?):\/\//i.test(word) ? word : `http://${word}`);
  if (url.pathname === "/") url.pathname = "/rooms/lobby";
  if (!/^\/rooms\/[^/]+$/.test(url.pathname)) throw new TypeError(`"${word}" is no room's URL`);
  url.protocol = url.protocol.replace("http", "ws");
  url.hash = "";
  return url;
}

/** Says each line of stdin, once the one before is kept. */
async function relay({ url, token }: Call): Promise<string> {
  const scribe = new Scribe(false);
  const link = new Link(url, token, (told) => {
    const line = scribe.line(told);
    if (line === undefined) return;
    if (told.type === "message") write(line + "\n");
    else if (told.type !== "presence") console.error(line);
  });
  const saying = (async () => {
    for await (const line of linesOf(Deno.stdin.readable)) {
      if (line.trim()) await link.say(line);
    }
    await link.close();
  })();
  const why = await link.ended;
  if (!why) await saying;
  return why;
}

async function* linesOf(input: typeof Deno.stdin.readable): AsyncGenerator<string> {
  let rest = "";
  for await (const text of input.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
    if (rest.length < LIMITS.talkLine) continue;
    yield rest;
    rest = "";
  }
  if (rest) yield rest;
}

/** Talks with somebody at a terminal. */
async function converse({ url, token }: Call): Promise<string> {
  const editor = new Editor();
  const terminal = new Terminal(editor);
  const scribe = new Scribe(!Deno.noColor);
  const status = new Status(terminal);
  const link: Link = new Link(url, token, (told) => {
    const line = scribe.line(told);
    if (told.type === "typing" && told.from === scribe.me) return;
    status.hear(told, link.waiting);
    if (line === undefined) terminal.draw();
    else terminal.print(line);
  });
  const reading = read(editor, terminal, link);
  try {
    return await Promise.race([link.ended, reading]);
  } finally {
    status.clear();
    await link.close();
    terminal.close();
  }
}

/** Takes keys until the user wants to go. */
async function read(editor: Editor, terminal: Terminal, link: Link): Promise<string> {
  let typed = -Infinity;
  for await (const keys of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    for (const stroke of editor.feed(keys)) {
      if (stroke.kind === "end") return "";
      if (stroke.kind === "line" && !obey(stroke.text, terminal, link)) return "";
    }
    terminal.draw();
    if (!/^[^/]/.test(editor.left) || performance.now() - typed < LIMITS.typingMs) continue;
    typed = performance.now();
    link.typing();
  }
  return "";
}

/** Does what a line says; false: leave. */
function obey(text: string, terminal: Terminal, link: Link): boolean {
  const [, command, rest] = /^\/(\w+)(?:\s+(.*))?$/.exec(text.trim()) ?? [];
  if (command === "quit") return false;
  if (command === "name" && rest) link.rename(rest);
  else if (command === "me" && rest) say(`* ${rest}`, terminal, link);
  else if (command) terminal.print(`-- ${HELP}`);
  else if (text.trim()) say(text.replace(/^\/\//, "/"), terminal, link);
  return true;
}

async function say(text: string, terminal: Terminal, link: Link): Promise<void> {
  if (!await link.say(text)) terminal.print("-- not said: too much waits already");
}

/** What stands before the typed line: who is typing, and how much waits while the line is broken. */
class Status {
  readonly #terminal: Terminal;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  hear(told: Told, waiting: number): void {
    if (told.type === "typing") this.#show(`(${tame(told.name)} is typing) `);
    else if (told.type === "away") this.#terminal.status = waiting ? `(${waiting} wait) ` : "";
    else if (told.type === "message" || told.type === "welcome") this.clear();
  }

  #show(status: string): void {
    this.clear();
    this.#terminal.status = status;
    this.#timer = setTimeout(() => {
      this.clear();
      this.#terminal.draw();
    }, LIMITS.typingMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#terminal.status = "";
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await talk(Deno.args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`hubbub: ${error.message}`);
    Deno.exit(2);
  }
}
