/// <reference lib="dom" />
/**
 * Takes the README's picture from the real page on a real server: `docs/page.png`, a few people talking
 * in the lobby.
 */

import { Bot } from "./bot.ts";
import { launch, Server, Stage } from "./browser.ts";
import { roomsOf, say, sees } from "./page_parts.ts";

const PICTURE = new URL("../docs/page.png", import.meta.url).pathname;

const TALK = [
  ["Jonas Weber", "Morning! Who restarted the server at seven?"],
  ["Priya Nair", "Me. Killed it mid-sentence, to see what happens 🙂"],
  ["Priya Nair", "My three unsent messages went out by themselves when it was back, in order."],
  ["林小雨", "我这边也是，什么都没丢"],
  ["Jonas Weber", "And the page only said: “You have everything.” I could get used to that."],
  ["Jonas Weber", "Notes are here: https://example.org/notes/restart"],
  ["يوسف", "ممتاز، شكراً لكم!"],
  ["Priya Nair", "@Ann Lee can you try it on the slow phone?"],
];

await using server = await new Server("--db", ":memory:").start();
await using browser = await launch();
const stage = new Stage(browser, server);
const context = await stage.context({
  viewport: { width: 1200, height: 760 },
  colorScheme: "light",
});
const page = await stage.come("Ann Lee", { context });
const bots = new Map<string, Bot>();
for (const [name, text] of TALK) {
  if (!bots.has(name)) bots.set(name, await Bot.come(server.url, "lobby", name));
  await bots.get(name)!.sayAll([text]);
}
await say(page, "/me finds the charger");
await say(page, "On it.");
await bots.get("林小雨")!.sayAll(["🎉🎉"]);
await sees(page, "🎉🎉");
// What she has read once and is not looking at now is unread when something comes.
for (const room of ["design", "茶馆"]) {
  await server.say(room, "hello");
  await page.goto(`${server.url}/rooms/${encodeURIComponent(room)}`);
  await sees(page, "hello");
}
await page.goto(`${server.url}/rooms/lobby`);
await sees(page, "🎉🎉");
for (const room of ["design", "ops", "茶馆"]) await server.say(room, "hello again");
await roomsOf(page).getByRole("link", { name: /unread/ }).nth(1).waitFor();
bots.get("Priya Nair")!.types();
await page.getByText("Priya Nair\u2069 is typing").waitFor();
await Deno.mkdir(new URL("../docs", import.meta.url), { recursive: true });
await page.screenshot({ path: PICTURE });
for (const bot of bots.values()) await bot[Symbol.asyncDispose]();
console.log(`${PICTURE}: ${(await Deno.stat(PICTURE)).size} bytes`);
