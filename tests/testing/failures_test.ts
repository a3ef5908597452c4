/** A test that fails does not make the next ones fail, and one that leaks is still found. */

import { assertMatch } from "@std/assert";
import { test, within } from "../../testing/support.ts";

const FAILURES = new URL("../../testing/failures.ts", import.meta.url).href;

/** As in our own `deno.json`. */
const SANITIZERS = { sanitizeOps: true, sanitizeResources: true };

const TESTS = `
import { containFailures } from "${FAILURES}";
containFailures();
const wait = () => new Promise((resolve) => setTimeout(resolve, 50));
Deno.test("fails", () => {
  setTimeout(() => {}, 10);
  setInterval(() => {}, 10);
  throw new Error("on purpose");
});
Deno.test({ name: "passes", fn: wait });
Deno.test("has steps", async (t) => void await t.step("step", wait));
Deno.test("leaks", () => void setTimeout(() => {}, 60_000));
`;

test("containFailures: stops the timers of a test that fails, and no others", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a_test.ts`, TESTS);
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ test: SANITIZERS }));
    const command = new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "-A", "a_test.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    });
    const { stdout } = await within(command.output(), "the tests to end");
    const text = new TextDecoder().decode(stdout);
    assertMatch(text, /^fails \.\.\. FAILED/m);
    assertMatch(text, /^passes \.\.\. ok/m);
    assertMatch(text, /^has steps \.\.\. ok/m);
    assertMatch(text, /^leaks \.\.\. FAILED/m);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
