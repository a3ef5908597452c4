/** The clients of a drill find every fault on a connection. */

import { assertEquals } from "@std/assert";
import { DrillClient } from "../../drill/drill_client.ts";
import { type Account, Ledger } from "../../drill/ledger.ts";
import { test, within } from "../../testing/support.ts";
import { wrongs } from "./wrongs.ts";

/** What one client that listens writes down after these objects. */
async function judged(...objects: Record<string, unknown>[]): Promise<Account> {
  const ledger = new Ledger();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const lines = objects.map((object) => JSON.stringify(object)).join("\n");
    socket.onopen = () => {
      socket.send(lines);
      socket.close();
    };
    return response;
  });
  const client = new DrillClient({ name: "a", room: "r", ledger, window: 0 });
  client.join(`127.0.0.1:${server.addr.port}`);
  await within(client.gone, "the end");
  await client.leave();
  await within(server.shutdown(), "the listener to close");
  return ledger.check([{ seq: 1, id: "a/1" }, { seq: 2 }, { seq: 3, id: "a/2" }]);
}

const you = { id: "1", name: "a" };
const welcome = { type: "welcome", room: "r", you, epoch: "e", seq: 0, members: [you], count: 1 };
const said = { type: "message", at: 0, from: "1", name: "a", text: "" };
const message = (seq: number, id?: string) => ({ ...said, seq, id });

test("DrillClient: finds nothing where nothing is wrong", async () => {
  const account = await judged(welcome, message(1, "a/1"), message(2), message(3, "a/2"));
  assertEquals(wrongs(account), [false, false, false, false]);
});

test("DrillClient: finds a double, a hole, a gap and a reset", async () => {
  const cases: [Record<string, unknown>[], boolean[]][] = [
    [[welcome, message(1, "a/1"), message(1, "a/1")], [false, true, false, false]],
    [[welcome, message(1, "a/1"), message(3, "a/2")], [false, false, true, false]],
    [[welcome, { type: "gap", from: 1, to: 2 }, message(1, "a/1")], [true, false, false, false]],
    [[{ ...welcome, reset: true }, message(1, "a/1")], [true, false, false, false]],
    [[{ ...welcome, after: 1 }, message(1, "a/1")], [true, false, false, false]],
    [[welcome, message(1, "x/1")], [false, false, true, false]],
  ];
  for (const [objects, expected] of cases) {
    assertEquals(wrongs(await judged(...objects)), expected, JSON.stringify(objects));
  }
});
