/**
 * The one program that `deno task compile` makes: made anew, run from a folder of its own, and
 * chatted with.
 *
 * Such a program is a runtime with the sources behind it. The compiler downloads the runtime, or
 * takes the file that `DENORT_BIN` names; `HUBBUB_COMPILER` names the Deno that compiles, where it
 * is not the one that runs the tests, for the two must be of one version. Where no runtime is to be
 * had these tests are ignored, and say so.
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

async function compiler(...args: string[]): Promise<{ success: boolean; output: string }> {
  const { success, stderr } = await new Deno.Command(
    Deno.env.get("HUBBUB_COMPILER") ?? Deno.execPath(),
    {
      args,
      cwd: folder,
      // INIT_CWD: where the task puts the program; a task above has set its own. RUST_MIN_STACK: the
      // compiler of Deno 2.4 overflows its stack on what prom-client imports.
      env: { INIT_CWD: folder, RUST_MIN_STACK: "67108864" },
      stdin: "null",
      signal: AbortSignal.timeout(patience),
    },
  ).output();
  return { success, output: new TextDecoder().decode(stderr) };
}

async function hasRuntime(): Promise<boolean> {
  if (Deno.env.has("DENORT_BIN")) return true;
  await Deno.writeTextFile(`${folder}/empty.ts`, "");
  const { success } = await compiler("compile", "--output", "empty", "empty.ts");
  if (!success) console.log("The compiled program is not tested: there is no runtime for it.");
  return success;
}

let made: ReturnType<typeof compile> | undefined;
const ignore = !allowed || !await hasRuntime();

/** The Deno that compiles may be too old to make the page, so this one does. */
async function compile(): ReturnType<typeof compiler> {
  const config = decodeURIComponent(new URL("deno.json", root).pathname);
  const build = new Deno.Command(Deno.execPath(), {
    args: ["task", "--config", config, "build"],
    stdin: "null",
  });
  const { success, stderr } = await build.output();
  if (!success) return { success, output: new TextDecoder().decode(stderr) };
  return await compiler("task", "--config", config, "compile");
}

function test(name: string, use: () => Promise<void>): void {
  Deno.test(name, { ignore }, async () => {
    const { success, output } = await (made ??= compile());
    assert(success, output);
    await use();
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

test("compile makes a program that takes the server's flags", async () => {
  const child = run("--version");
  assertMatch(await firstLine(child.stdout), new RegExp(`\\b${metadata.version}$`));
  assertEquals((await child.status).code, 0);
});

test("compile makes a program that carries the page, and chats", async () => {
  const child = run("--addr", "127.0.0.1:0");
  try {
    const line = await within(firstLine(child.stdout), "the program to listen");
    const host = new URL(line.replace("Listening on ", "")).host;
    const page = await (await fetch(`http://${host}/`)).text();
    const built = JSON.parse(await Deno.readTextFile(new URL("static/built.json", root)));
    const files = Array.from(page.matchAll(/(?:href|src)="([^"]+)"/g), ([, address]) => address);
    for (const [index, file] of [built.icon, built.style, built.script].entries()) {
      assertEquals(await (await fetch(`http://${host}${files[index]}`)).text(), file);
    }
    await using ann = await Peer.join(host, "/ws");
    await using ben = await Peer.join(host, "/ws");
    ann.send("is anybody there?");
    assertEquals(await ben.line(), "is anybody there?");
    assert((await Deno.stat(`${folder}/chat.db`)).isFile);
  } finally {
    child.kill();
  }
  assertEquals((await within(child.status, "the program to end")).code, 0);
});
