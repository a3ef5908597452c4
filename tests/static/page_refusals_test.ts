/// <reference lib="dom" />
/** The page against a strict server: limits, refused messages, tokens, a room that starts again. */

import { assertEquals } from "@std/assert";
import { pageTests, Server } from "../../testing/browser.ts";
import {
  bannerOf,
  choose,
  fieldOf,
  hintOf,
  isOnline,
  logOf,
  messageOf,
  say,
  sees,
  texts,
  unsentOf,
} from "../../testing/page_parts.ts";
import { signed } from "../../testing/signed.ts";

const STRICT = ["--rate", "2", "--burst", "2", "--max-message", "200", "--keep", "20"];
const test = pageTests("--db", ":memory:", ...STRICT);

const SECRET = "a secret of at least thirty-two bytes!";

/** A server that asks for tokens. */
async function startGuarded(): Promise<Server> {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, SECRET);
  const server = await new Server("--db", ":memory:", "--auth-secret-file", file).start();
  await Deno.remove(file);
  return server;
}

test("outbox: over the rate limit waits, counts down and loses nothing", async (stage) => {
  const ann = await stage.come("Ann", { room: "haste" });
  // In one turn of the page's: on a busy machine keys come slower than the limit.
  await fieldOf(ann).evaluate((field: HTMLTextAreaElement) => {
    for (let i = 0; i < 5; i++) {
      field.value = `fast ${i}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.form!.requestSubmit();
    }
  });
  await unsentOf(ann).filter({ hasText: /will be sent in \d s/ }).first().waitFor();
  await sees(ann, "fast 4");
  assertEquals(await texts(ann), [0, 1, 2, 3, 4].map((i) => `fast ${i}`));
});

test("Unsent: shows what was refused, to be sent again, edited or discarded", async (stage) => {
  const ann = await stage.come("Ann", { room: "refused" });
  await say(ann, "m".repeat(205));
  const refused = unsentOf(ann).filter({ hasText: "Not sent: it is too long" });
  await refused.waitFor();
  const opened = ann.waitForEvent("websocket");
  await ann.reload();
  await isOnline(ann);
  const again = (await opened).waitForEvent(
    "framereceived",
    ({ payload }) => String(payload).includes("too_large"),
  );
  await refused.getByRole("button", { name: "Send again" }).click();
  await again;
  await refused.waitFor();
  await fieldOf(ann).press("ArrowUp");
  assertEquals(await fieldOf(ann).inputValue(), "m".repeat(205));
  await hintOf(ann).filter({ hasText: "5 bytes too long" }).waitFor();
  await refused.waitFor({ state: "detached" });
  await ann.reload();
  await isOnline(ann);
  await fieldOf(ann).press("Enter");
  await refused.getByRole("button", { name: "Discard" }).click();
  await refused.waitFor({ state: "detached" });
  await say(ann, "short");
  await sees(ann, "short");
});

test("Log: forgets what it shows when the room has started again", async (stage) => {
  const ann = await stage.come("Ann", { room: "restarted" });
  await say(ann, "gone soon");
  await sees(ann, "gone soon");
  await stage.server.stop("SIGKILL");
  await stage.server.start();
  await isOnline(ann);
  await bannerOf(ann).filter({ hasText: "started again" }).waitFor();
  await logOf(ann).getByText("Nobody has said anything here yet").waitFor();
  assertEquals(await texts(ann), []);
  await say(ann, "fresh");
  await sees(ann, "fresh");
  assertEquals(await texts(ann), ["fresh"]);
});

test("Menu: offers an admin to delete what others said, and nobody else", async (stage) => {
  await using guarded = await startGuarded();
  const come = (sub: string, role: string) =>
    stage.come("", {
      path: `${guarded.url}/rooms/guarded?token=${signed({ sub, name: sub, role }, SECRET)}`,
    });
  const [ann, ben, eve] = await Promise.all([
    come("ann", "member"),
    come("ben", "member"),
    come("eve", "admin"),
  ]);
  await say(ann, "hello");
  await Promise.all([sees(ben, "hello"), sees(eve, "hello")]);
  await messageOf(ben, "hello").hover();
  await messageOf(ben, "hello").getByRole("button", { name: "More actions" }).click();
  await ben.getByRole("menuitem", { name: "Pin to this room" }).waitFor();
  assertEquals(await ben.getByRole("menuitem", { name: "Delete for everybody" }).count(), 0);
  await choose(eve, "hello", "Delete for everybody");
  await eve.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await sees(ann, "Message deleted");
});

test("Banner: says that a token is needed, and takes one out of the address", async (stage) => {
  await using guarded = await startGuarded();
  const path = `${guarded.url}/rooms/guarded`;
  const stranger = await stage.open("Stranger", { path });
  await bannerOf(stranger).filter({ hasText: "needs a link with a valid token" }).waitFor();
  await bannerOf(stranger).filter({ hasText: "Ask whoever gave you the address" }).waitFor();
  const token = signed({ sub: "ann", name: "Ann of the token" }, SECRET);
  const ann = await stage.come("", { path: `${path}?token=${token}` });
  assertEquals(new URL(ann.url()).search, "");
  await ann.getByRole("button", { name: "Ann of the token Settings" }).waitFor();
  await ann.reload();
  await isOnline(ann);
  await say(ann, "still in");
  await sees(ann, "still in");
});
