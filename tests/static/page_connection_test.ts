/// <reference lib="dom" />
/**
 * The page when the connection goes: the server dies and comes back, the network goes, the server
 * refuses. Nothing that was written is lost, doubled or put out of order.
 */

import { assert, assertEquals, assertFalse } from "@std/assert";
import type { Page } from "playwright-core";
import { Bot } from "../../testing/bot.ts";
import { pageTests } from "../../testing/browser.ts";
import { Line } from "../../testing/line.ts";
import {
  bannerOf,
  isLost,
  isOnline,
  logOf,
  say,
  sees,
  texts,
  unsent,
  unsentOf,
} from "../../testing/page_parts.ts";

const file = await temporaryFile();
const test = pageTests("--db", file);

test("visit: resumes when the server was killed, nothing lost or doubled", async (stage) => {
  const [ann, ben] = [
    await stage.come("Ann", { room: "crash" }),
    await stage.come("Ben", { room: "crash" }),
  ];
  await say(ann, "before");
  await sees(ben, "before");
  await stage.server.stop("SIGKILL");
  await isLost(ann);
  for (const text of ["first", "second", "third"]) await say(ann, text);
  await unsentOf(ann).filter({ hasText: "third" }).waitFor();
  assertEquals(await unsent(ann), ["first", "second", "third"]);
  await unsentOf(ann).filter({ hasText: "Will be sent when you are online." }).first().waitFor();
  await bannerOf(ann).filter({ hasText: "What you write is kept here" }).waitFor();
  await stage.server.start();
  await Promise.all([isOnline(ann), isOnline(ben)]);
  await bannerOf(ann).filter({ hasText: "You have everything" }).waitFor();
  for (const page of [ann, ben]) {
    await sees(page, "third");
    assertEquals(await texts(page), ["before", "first", "second", "third"]);
  }
  await allSent(ann);
});

test("outbox: is sent by itself, in order, after the tab was closed", async (stage) => {
  const ann = await stage.come("Ann", { room: "closed" });
  await stage.server.stop("SIGKILL");
  await isLost(ann);
  for (const text of ["one", "two"]) await say(ann, text);
  await unsentOf(ann).filter({ hasText: "two" }).waitFor();
  await ann.close();
  await stage.server.start();
  const later = await stage.come("Ann", { room: "closed", context: ann.context() });
  await sees(later, "two");
  await allSent(later);
  await later.reload();
  await isOnline(later);
  await sees(later, "two");
  assertEquals(await texts(later), ["one", "two"]);
});

test("outbox: of two tabs is sent once and in order", async (stage) => {
  const one = await stage.come("Ann", { room: "tabs" });
  const two = await stage.come("Ann", { room: "tabs", context: one.context() });
  await stage.server.stop("SIGKILL");
  await Promise.all([isLost(one), isLost(two)]);
  const said = [];
  for (let i = 0; i < 6; i++) {
    said.push(`t${i}`);
    await say(i % 2 ? one : two, `t${i}`);
    await unsentOf(i % 2 ? one : two).filter({ hasText: `t${i}` }).waitFor();
  }
  await unsentOf(one).filter({ hasText: "t5" }).waitFor();
  assertEquals(await unsent(one), said);
  await stage.server.start();
  for (const page of [one, two]) {
    await sees(page, "t5");
    await allSent(page);
    assertEquals(await texts(page), said);
  }
});

test("outbox: sends nothing that Ann has written as Zoe", async (stage) => {
  const ann = await stage.come("Ann", { room: "renamed" });
  await stage.server.stop("SIGKILL");
  await isLost(ann);
  await say(ann, "from Ann");
  await say(ann, "/name Zoe");
  await stage.server.start();
  await isOnline(ann);
  const refused = unsentOf(ann).filter({ hasText: "it was written as Ann" });
  await refused.waitFor();
  await say(ann, "from Zoe");
  await sees(ann, "from Zoe");
  assertEquals(await texts(ann), ["from Zoe"]);
  await refused.getByRole("button", { name: "Send again" }).click();
  await sees(ann, "from Ann");
});

test("visit: notices that the network goes, and is back at once", async (stage) => {
  const ann = await stage.come("Ann", { room: "network" });
  await ann.context().setOffline(true);
  await isLost(ann);
  await bannerOf(ann).filter({ hasText: "You are offline." }).waitFor();
  await say(ann, "from the tunnel");
  await using bot = await Bot.come(stage.server.url, "network");
  const meanwhile = Array.from({ length: 90 }, (_, index) => `meanwhile ${index}`);
  await bot.sayAll(meanwhile);
  await ann.context().setOffline(false);
  await sees(ann, "from the tunnel");
  assertEquals(await texts(ann), [...meanwhile, "from the tunnel"]);
  await bannerOf(ann).filter({ hasText: "90 new messages. You have everything" }).waitFor();
});

test("Log: says what is no longer kept", async (stage) => {
  const context = await stage.context();
  const line = await Line.of(context);
  await using bot = await Bot.come(stage.server.url, "kept");
  const ann = await stage.come("Ann", { room: "kept", context });
  await bot.sayAll(["old"]);
  await sees(ann, "old");
  const lost = '{"room":"kept","type":"gap","from":2,"to":31}';
  line.change = (frame) => {
    const isLost = (object: string) => /"lost \d+"/.test(object);
    const objects = frame.split("\n");
    const kept = objects.filter((object) => !isLost(object));
    if (kept.length === objects.length) return frame;
    const messages = kept.filter((object) => object.includes('"type":"message"'));
    const others = kept.filter((object) => !messages.includes(object));
    // Whatever comes twice is shown once.
    return [...others, lost, ...messages, lost, ...messages].join("\n");
  };
  await line.cut({ code: 1001 });
  await bot.sayAll([...Array.from({ length: 30 }, (_, index) => `lost ${index}`), "new"]);
  line.restore();
  await isOnline(ann);
  await sees(ann, "new");
  await logOf(ann).getByText("Messages before this one are no longer kept").waitFor();
  assertEquals(await texts(ann), ["new"]);
});

test("Banner: stays where the page is not wanted, until somebody asks", async (stage) => {
  const context = await stage.context();
  const line = await Line.of(context);
  const ann = await stage.come("Ann", { room: "banned", context });
  await line.cut({ code: 1008, reason: "token expired" });
  await bannerOf(ann).filter({ hasText: "token expired" }).waitFor();
  assertEquals(line.tries, 1);
  line.restore();
  await ann.getByRole("button", { name: "Try now" }).click();
  await isOnline(ann);
  assertEquals(line.tries, 2);
});

test("Banner: offers no way round the wait after flooding", async (stage) => {
  const context = await stage.context();
  const line = await Line.of(context);
  const ann = await stage.come("Ann", { room: "flood", context });
  await line.cut({ code: 4029, reason: "flooding" });
  await bannerOf(ann).filter({ hasText: "the server makes you wait" }).waitFor();
  const countdown = await ann.getByText(/Trying again in/).textContent();
  const seconds = Number(/\d+/.exec(countdown!));
  assert(seconds > 10 && seconds <= 60, `${seconds} s`);
  await ann.evaluate(() => {
    dispatchEvent(new Event("online"));
  });
  assertEquals(line.tries, 1);
  assertFalse(await ann.getByRole("button", { name: "Try now" }).isVisible());
});

test("visit: keeps the connection of a hidden tab", async (stage) => {
  const context = await stage.context();
  const line = await Line.of(context);
  // Before the page sets its first timer.
  await context.clock.install();
  const ann = await stage.come("Ann", { room: "hidden", context });
  await using ben = await Bot.come(stage.server.url, "hidden", "Ben");
  // A hidden tab's timers are late by up to a minute.
  await ann.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  for (let minute = 0; minute < 2; minute++) {
    const answer = line.frame();
    await ann.clock.fastForward(60_000);
    await answer;
  }
  await ben.sayAll(["still there?"]);
  await ann.clock.resume();
  await sees(ann, "still there?");
  assertEquals(line.tries, 1);
});

const allSent = (page: Page) => unsentOf(page).first().waitFor({ state: "detached" });

async function temporaryFile(): Promise<string> {
  if (Deno.permissions.querySync({ name: "write" }).state !== "granted") return "";
  const file = await Deno.makeTempFile({ suffix: ".db" });
  addEventListener("unload", () => Deno.removeSync(file));
  return file;
}
