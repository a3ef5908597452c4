/** The terminal's client: its parts, and the program at a pipe and at a terminal. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { Editor } from "../../cli/talk/editor.ts";
import { Scribe } from "../../cli/talk/scribe.ts";
import { columnsOf, fit, tame } from "../../cli/talk/text.ts";
import {
  openHouse,
  Peer,
  run,
  type Server,
  startServer,
  test,
  within,
} from "../../testing/support.ts";

const ROOT = new URL("../..", import.meta.url);

function typed(...pieces: string[]): { editor: Editor; lines: string[]; ended: boolean } {
  const editor = new Editor();
  const strokes = pieces.flatMap((piece) => [...editor.feed(piece)]);
  const lines = strokes.flatMap((stroke) => stroke.kind === "line" ? [stroke.text] : []);
  return { editor, lines, ended: strokes.some(({ kind }) => kind === "end") };
}

Deno.test("Editor makes lines of keys, in pieces of any size", () => {
  assertEquals(typed("hello\r").lines, ["hello"]);
  assertEquals(typed("h", "i\rthere\r").lines, ["hi", "there"]);
  assertEquals(typed("ab\x1b", "[", "Dx\r").lines, ["axb"]);
});

Deno.test("Editor edits by letters, whatever they are made of", () => {
  assertEquals(typed("a👩‍👧e\u0301\x7f\x7f\r").lines, ["a"]);
  assertEquals(typed("ab\x1b[D\x1b[D\x1b[Cx\r").lines, ["axb"]);
  assertEquals(typed("bc\x01a\x05d\r").lines, ["abcd"]);
  assertEquals(typed("abc\x1b[D\x1b[3~\r").lines, ["ab"]);
  assertEquals(typed("one two\x17\r").lines, ["one "]);
  assertEquals(typed("one\x15two\x1b[D\x0b\r").lines, ["tw"]);
});

Deno.test("Editor recalls what was typed before", () => {
  assertEquals(typed("one\rtwo\r\x1b[A\x1b[A\r").lines, ["one", "two", "one"]);
  assertEquals(typed("one\r\x1b[A\x1b[B\x1b[Bx\r").lines, ["one", "x"]);
});

Deno.test("Editor ends on Ctrl-C always and on Ctrl-D in an empty line", () => {
  assert(typed("abc\x03").ended);
  assert(typed("\x04").ended);
  const { editor, ended } = typed("abc\x01\x04");
  assertEquals([ended, editor.right], [false, "bc"]);
});

Deno.test("Editor takes no control character, no unknown key, and no line without end", () => {
  assertEquals(typed("a\x07\x1b[15~\x1bOP\x1bxb\r").lines, ["ab"]);
  const { editor } = typed("x".repeat(LIMITS.talkLine + 10));
  assertEquals(editor.left.length, LIMITS.talkLine);
});

Deno.test("tame leaves nothing that steers a terminal", () => {
  assertEquals(tame("a\x1b[2Jb\x9bc\x07d\r\ne\u202ef\u2066g\u2028h\ttab"), "a[2Jbcd efgh tab");
  assertEquals(tame("Grüße, 東京 👩‍👧 e\u0301"), "Grüße, 東京 👩‍👧 e\u0301");
  assertEquals([tame(undefined), tame(7)], ["", "7"]);
});

Deno.test("fit shows what stands around the cursor", () => {
  assertEquals(fit("abc", "def", 10), ["abc", "def"]);
  assertEquals(fit("abcdef", "g", 4), ["cdef", ""]);
  assertEquals(fit("ab", "cdef", 4), ["ab", "cd"]);
  assertEquals(fit("東京", "", 3), ["京", ""]);
  assertEquals(columnsOf("a東👩‍👧"), 5);
});

Deno.test("Scribe tames all that comes from others, with colours and without", () => {
  const bad = "\x1b]0;x\x07evil\x1b[31m\r\n";
  const you = { id: bad, name: bad };
  const told = [
    { type: "welcome", room: bad, you, members: [you, null], count: bad },
    { type: "message", from: bad, name: bad, text: bad, at: bad },
    { type: "presence", joined: [{ id: "1", name: bad }], left: [] },
    { type: "renamed", from: "1", name: bad },
    { type: "presence", joined: [], left: ["1"] },
    { type: "gap", from: bad, to: bad },
    { type: "error", code: bad, detail: bad },
  ];
  for (const colours of [false, true]) {
    const scribe = new Scribe(colours);
    for (const object of told) {
      const line = scribe.line(object)!;
      assertStringIncludes(line, "evil", object.type);
      // deno-lint-ignore no-control-regex -- colours are the only escapes that may be left
      const bare = colours ? line.replace(/\x1b\[[\d;]+m/g, "") : line;
      assert(!/\p{Cc}/u.test(bare), JSON.stringify(line));
      assert(!line.includes("\x1b[31m"), JSON.stringify(line));
    }
  }
});

Deno.test("Scribe takes presence as a set and does not tell of its reader", () => {
  const scribe = new Scribe(false);
  const ann = { id: "1", name: "ann" };
  const ben = { id: "2", name: "ben" };
  const presence = (joined: unknown[], left: unknown[]) =>
    scribe.line({ type: "presence", joined, left });
  scribe.line({ type: "welcome", room: "r", you: ann, members: [ann], count: 1 });
  assertEquals(presence([ann, ben], []), "-- ben came");
  assertEquals(presence([ben], []), undefined);
  assertEquals(scribe.line({ type: "renamed", from: "2", name: "bob" }), "-- ben is now bob");
  assertEquals(presence([], ["1", "2", "3"]), "-- bob left");
});

/** `talk` as a program at a pipe. */
function atPipe(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net", "--allow-env=CHAT_TOKEN", "cli/talk.ts", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

test("talk at a pipe says each line, in order and once, prints plain lines and ends with 0", async () => {
  // Fewer at once than lines, so that it must wait when it is told to.
  await using house = await openHouse("--rate", "1", "--burst", "8");
  await using ben = await Peer.join(house.host, "/rooms/tea?name=ben");
  ben.say("\u001b[2Jhello\nthere");
  await ben.next("message");
  const child = atPipe(`http://${house.host}/rooms/tea`, "--name", "ann");
  const writer = child.stdin.getWriter();
  const sent = Array.from({ length: 10 }, (_, n) => `line ${n}`);
  await writer.write(new TextEncoder().encode(sent.join("\n") + "\n\n"));
  await writer.close();
  const { code, stdout } = await within(child.output(), "the end");
  assertEquals(code, 0);
  const lines = new TextDecoder().decode(stdout).split("\n");
  assertEquals(lines, ["ben: [2Jhello there", ...sent.map((text) => `ann: ${text}`), ""]);
  await ben.until(() => ben.all("message").length === 11, "all of it");
  assertEquals(ben.all("message").slice(1).map(({ text }) => text), sent);
});

test("talk ends with 1 where coming back is no use, and with 2 for words it does not know", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "a secret of some length, for the tests");
  await using house = await openHouse("--auth-secret-file", file);
  const child = atPipe(house.host, "--token", "no");
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("hello\n"));
  const refused = await within(child.output(), "the end");
  await writer.close().catch(() => {});
  assertEquals(refused.code, 1);
  assertMatch(new TextDecoder().decode(refused.stderr), /401/);
  for (const words of [[], ["http://x/nothing"], [house.host, "--colour"]]) {
    const { code, stderr } = await run(["talk", ...words]);
    assertEquals(code, 2, stderr);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
  }
  await Deno.remove(file);
});

/** `talk` at a terminal of its own, by `script`. */
class Screen {
  readonly #process: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #wake = () => {};
  /** All that was shown. */
  text = "";

  constructor(host: string) {
    const deno = `${Deno.execPath()} run --no-prompt --allow-net --allow-env=CHAT_TOKEN`;
    this.#process = new Deno.Command("script", {
      args: ["-qefc", `${deno} cli/talk.ts ${host} --name ann`, "/dev/null"],
      cwd: ROOT,
      env: { TERM: "xterm", NO_COLOR: "" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keys = this.#process.stdin.getWriter();
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      this.text += text;
      this.#wake();
    }
    this.#wake();
  }

  async type(keys: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(keys));
  }

  /** Waits until this has been shown since `from`. */
  async until(shown: RegExp, from = 0): Promise<void> {
    while (!shown.test(this.text.slice(from))) {
      await within(new Promise<void>((resolve) => this.#wake = resolve), `${shown}`);
    }
  }

  async end(): Promise<number> {
    const { code } = await within(this.#process.status, "the end");
    await this.#keys.close().catch(() => {});
    await this.#reading;
    return code;
  }

  /** Ends it, if it has not ended by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      return; // it has
    }
    await this.end();
  }
}

const hasScript = (() => {
  try {
    return new Deno.Command("script", { args: ["--version"] }).outputSync().success;
  } catch {
    return false; // no such program, or no permission to run it
  }
})();

function atTerminal(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !hasScript, fn });
}

atTerminal("talk at a terminal keeps the typed line whole while messages come in", async () => {
  await using house = await openHouse();
  await using ben = await Peer.join(house.host, "/rooms/lobby?name=ben");
  await using screen = new Screen(house.host);
  await screen.until(/in lobby as ann, 2 here/);
  await screen.type("half a line");
  await screen.until(/> half a line/);
  await ben.next("typing");
  const before = screen.text.length;
  ben.say("something");
  await screen.until(/> half a line/, before);
  const shown = screen.text.slice(before);
  // deno-lint-ignore no-control-regex -- the line is wiped, the message stands there, the line again
  assertMatch(shown, /^\r\x1b\[K.*ben.*: something\r+\n\r\x1b\[K> half a line/);
  await screen.type(", whole\r");
  await ben.next("message");
  assertEquals((await ben.next("message")).text, "half a line, whole");
  await screen.type("/name anna\r/quit\r");
  assertEquals((await ben.next("renamed")).name, "anna");
  assertEquals(await screen.end(), 0);
});

atTerminal(
  "talk says what was typed while the server was away, once, and misses nothing",
  async () => {
    const folder = await Deno.makeTempDir();
    const db = ["--db", `${folder}/chat.db`];
    let server: Server = await startServer(...db);
    const { host } = server;
    await using screen = new Screen(host);
    try {
      await screen.until(/in lobby as ann/);
      await screen.type("before\r");
      await screen.until(/ann.*: before/);
      await server.stop("SIGKILL");
      await screen.until(/the line broke/);
      await screen.type("during\r");
      server = await startServer(...db, "--addr", host);
      await screen.until(/back in lobby/);
      await screen.until(/ann.*: during/);
      await using ben = await Peer.join(host, "/rooms/lobby?name=ben&replay=10");
      ben.say("after");
      await screen.until(/ben.*: after/);
      await ben.until(() => ben.all("message").length === 3, "three messages");
      assertEquals(ben.all("message").map(({ text }) => text), ["before", "during", "after"]);
      assertEquals(screen.text.match(/: during/g)?.length, 1);
      await screen.type("\x04");
      assertEquals(await screen.end(), 0);
    } finally {
      await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
