/**
 * The program that `deno task compile` makes: compiled, started in a folder of its own, and used.
 *
 * Such a program is a runtime followed by the sources. The compiler downloads the runtime, or takes
 * the file that `DENORT_BIN` names. The two must have one version: `HUBBUB_COMPILER` names the Deno
 * that compiles, if it is not the one that runs the tests. The page is made before by the latter,
 * since an older one cannot. Where there is no runtime these tests are ignored, and say so.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import metadata from "../deno.json" with { type: "json" };
import { allowed, Peer, within } from "../testing/support.ts";

/** Enough to download a runtime on a slow network; later it is in the cache. */
const patience = 60_000;

const root = new URL("../", import.meta.url);
const folder = allowed ? await Deno.makeTempDir() : "";
if (folder) addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const program = `${folder}/hubbub${Deno.build.os === "windows" ? ".exe" : ""}`;

const compiler = allowed && Deno.env.get("HUBBUB_COMPILER") || Deno.execPath();

async function deno(program: string, ...args: string[]) {
  const { success, stderr } = await new Deno.Command(program, {
    args,
    cwd: folder,
    // INIT_CWD: where the task puts the program; a task above has set its own. RUST_MIN_STACK: the
    // compiler of Deno 2.4 overflows its stack on what prom-client imports.
    env: { INIT_CWD: folder, RUST_MIN_STACK: "67108864", NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(patience),
  }).output();
  return { success, output: new TextDecoder().decode(stderr) };
}

/** Builds the page and compiles the program; the output of the second. */
async function compile(): Promise<string> {
  const config = decodeURIComponent(new URL("deno.json", root).pathname);
  const built = await deno(Deno.execPath(), "task", "--config", config, "build");
  assert(built.success, built.output);
  const { success, output } = await deno(compiler, "task", "--config", config, "compile");
  assert(success, output);
  return output;
}

async function hasRuntime(): Promise<boolean> {
  if (Deno.env.has("DENORT_BIN")) return true;
  await Deno.writeTextFile(`${folder}/empty.ts`, "");
  const { success } = await deno(compiler, "compile", "--output", "empty", "empty.ts");
  if (!success) console.log("The compiled program is not tested: there is no runtime for it.");
  return success;
}

let compiled: Promise<string> | undefined;
const ignore = !allowed || !await hasRuntime();

function test(name: string, use: (output: string) => Promise<void> | void): void {
  Deno.test(`deno task compile: ${name}`, { ignore }, async () => {
    await use(await (compiled ??= compile()));
  });
}

function run(...args: string[]): Deno.ChildProcess {
  const options = { args, cwd: folder, stdin: "null", stdout: "piped", stderr: "inherit" } as const;
  return new Deno.Command(program, options).spawn();
}

async function firstLine(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const bytes of output) {
    text += new TextDecoder().decode(bytes);
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0];
}

test("it reports which @std the program contains", (output) => {
  assertEquals(
    output.match(/^Using (?:@std from JSR|std-fallback\/ for @std) \(.*\)$/gm)?.length,
    1,
  );
});

test("the program takes the server's flags", async () => {
  const child = run("--version");
  assertMatch(await firstLine(child.stdout), new RegExp(`\\b${metadata.version}$`));
  assertEquals((await child.status).code, 0);
});

test("the program carries the page, chats, and searches", async () => {
  const child = run("--addr", "127.0.0.1:0");
  try {
    const line = await within(firstLine(child.stdout), "the program to listen");
    const host = new URL(line.replace("Listening on ", "")).host;
    const page = await (await fetch(`http://${host}/`)).text();
    const files = Array.from(page.matchAll(/="(\/static\/[^"]+)"/g), ([, path]) => path);
    const texts = await Promise.all(
      files.map(async (path) => await (await fetch(`http://${host}${path}`)).text()),
    );
    // The page, and what it loads later.
    for (const part of [/WebSocket/, /"thumbs up"/, /"拇指向上"/, /diff-remove/]) {
      assert(texts.some((text) => part.test(text)), String(part));
    }
    await using ann = await Peer.join(host, "/ws");
    await using ben = await Peer.join(host, "/ws");
    ann.send("is anybody there?");
    assertEquals(await ben.line(), "is anybody there?");
    const found = await (await fetch(`http://${host}/search?q=anybody`)).json();
    assertEquals(found.messages?.[0]?.snippet, ["is ", "anybody", " there?"], found.detail);
    assert((await Deno.stat(`${folder}/chat.db`)).isFile);
  } finally {
    child.kill();
  }
  assertEquals((await within(child.status, "the program to end")).code, 0);
});
