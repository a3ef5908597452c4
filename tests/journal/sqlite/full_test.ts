/** A disk that is full: a limit for the size of one process's files fails as it does. */

import { assert, assertEquals } from "@std/assert";
import { allowed } from "../../../testing/permissions.ts";
import { startServerBy } from "../../../testing/servers.ts";
import { withFolder } from "../../../testing/sqlite.ts";
import { Peer, within } from "../../../testing/support.ts";

/** A process that runs into the limit would be ended by a signal; what a shell ignores stays so. */
const IGNORING = ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"];

async function prlimit(...args: string[]): Promise<boolean> {
  try {
    const command = new Deno.Command("prlimit", { args, stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "Connection.ready: is false while the disk has no room for a message, whoever asks first",
  ignore: !allowed || !await prlimit("--version"),
  fn: () =>
    withFolder(async (folder) => {
      const file = `${folder}/chat.db`;
      await using server = await startServerBy(IGNORING, "--db", file);
      const limit = (bytes: string) => prlimit("--pid", String(server.pid), `--fsize=${bytes}:`);
      const status = async () => {
        const response = await fetch(`http://${server.host}/readyz`);
        await response.body?.cancel();
        return response.status;
      };
      await using ann = await Peer.join(server.host, "/rooms/r?name=Ann");
      ann.say("one", "id1");
      await ann.next("message");
      assertEquals(await status(), 200);
      // There is room for a small change, but not for the largest message.
      assert(await limit(String((await Deno.stat(`${file}-wal`)).size + 12 * 1024)));
      // What was kept just before is believed for a moment.
      const became = (async () => {
        while (await status() !== 503);
      })();
      await within(became, "not being ready");
      ann.say("x".repeat(4_000).replaceAll("xx", '"\\'), "id2");
      assertEquals((await ann.next("error")).code, "overloaded");
      assertEquals(await status(), 503);
      assert(await limit("unlimited"));
      assertEquals(await status(), 200);
      ann.say("two", "id2");
      assertEquals((await ann.next("message")).seq, 2);
    }),
});
