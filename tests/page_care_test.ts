/// <reference lib="dom" />
/**
 * What the page owes to everybody: axe finds nothing in any state, it weighs little, asks no other host
 * but Gravatar and not even that one if pictures are off, and lives under a strict policy.
 */
import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { createHash, createHmac } from "node:crypto";
import type { Page } from "playwright-core";
import { Bot } from "./page_bot.ts";
import { isIgnored, isOnline, launch, say, sees, Server, visit } from "./page_support.ts";

Deno.test({
  name: "The page's care",
  ignore: isIgnored,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using server = await new Server("--db", ":memory:").start();
    await using browser = await launch();

    await t.step("App weighs less than 60 KB before compression", async () => {
      let weight = 0;
      for await (const { name } of Deno.readDir(new URL("../static", import.meta.url))) {
        weight += (await Deno.stat(new URL(`../static/${name}`, import.meta.url))).size;
      }
      assert(weight < 60_000, `${weight} bytes`);
    });

    for (const phone of [false, true]) {
      for (const dark of [false, true]) {
        const where = `${dark ? "dark" : "light"}, on a ${phone ? "phone" : "desktop"}`;
        await t.step(`App has nothing that axe finds: ${where}`, async () => {
          const first = await visit(browser, server.url, { phone, dark, room: where.slice(0, 4) });
          await first.locator("#you").waitFor();
          await inspect(first, "coming in");
          await first.fill("[name=name]", "Ann");
          await first.keyboard.press("Enter");
          await isOnline(first);
          await inspect(first, "an empty room");
          await server.say(where.slice(0, 4), "hello @Ann, see https://example.org", "Ben");
          await say(first, "/me waves");
          await say(first, "🎉");
          await say(first, "/what is this");
          await sees(first, "🎉");
          await inspect(first, "a conversation");
          await using ben = await Bot.come(server.url, where.slice(0, 4), "Ben");
          await ben.sayAll(Array.from({ length: 40 }, (_, index) => `line ${index}`));
          await sees(first, "line 39");
          await first.locator("#log").evaluate((log) => log.scrollTop -= 300);
          await first.locator("#toEnd").waitFor();
          await ben.sayAll(["unread"]);
          ben.types();
          await first.locator("#toEnd", { hasText: "1 new message" }).waitFor();
          await inspect(first, "scrolled up");
          await first.evaluate((room) => {
            const unsent = { id: "1", text: "refused", at: 1, failed: "too long" };
            localStorage.setItem(`hubbub unsent ${room} 1`, JSON.stringify(unsent));
          }, where.slice(0, 4));
          await first.keyboard.press("Escape");
          await first.locator(".failed button").first().waitFor();
          await inspect(first, "a refused message");
          await first.fill("#text", "a".repeat(5000));
          await inspect(first, "too long");
          await first.fill("#text", "");
          for (const list of phone ? ["rooms", "people"] : []) {
            await first.tap(`#${list}Button`);
            await first.locator(`#${list} bdi`).first().waitFor();
            await inspect(first, `the ${list}`);
            await first.keyboard.press("Escape");
          }
          await say(first, "/help");
          await inspect(first, "help");
          if (phone) await first.tap("#roomsButton");
          await first.click("#youButton");
          await inspect(first, "settings");
          await first.keyboard.press("Escape");
          if (phone) await first.keyboard.press("Escape");
          await first.routeWebSocket(/rooms/, (socket) => socket.close({ code: 1013 }));
          await first.evaluate(() => dispatchEvent(new Event("offline")));
          await first.locator("#countdown", { hasText: "again" }).waitFor();
          await say(first, "waits");
          await first.locator("#unsent .line").first().waitFor();
          await inspect(first, "disconnected");
          await first.context().close();
        });
      }
    }

    await t.step("App can be used by keyboard alone, with visible focus", async () => {
      const page = await visit(browser, server.url, { name: "Ann", room: "keys" });
      const seen = new Set<string>();
      await page.locator("#people bdi").waitFor();
      for (let i = 0; i < 12; i++) {
        await page.keyboard.press("Tab");
        const [id, outline] = await page.evaluate(() => {
          const focused = document.activeElement!;
          const id = focused.closest("#peopleList") ? "person" : focused.id || focused.localName;
          const around = focused.closest(".field") ?? focused;
          const { outlineStyle, boxShadow } = getComputedStyle(around);
          return [id, outlineStyle !== "none" || boxShadow !== "none"] as const;
        });
        seen.add(id);
        assert(outline || id === "body", `${id} shows no focus`);
      }
      for (const id of ["roomName", "a", "youButton", "log", "text", "send", "person"]) {
        assert(seen.has(id), `${id} is not reached: ${[...seen]}`);
      }
      await page.context().close();
    });

    await t.step("App asks no host but Gravatar's, and that one only for pictures", async () => {
      const email = `${crypto.randomUUID()}@example.org`;
      const hash = createHash("sha256").update(email).digest("hex");
      for (const pictures of [true, false]) {
        const context = await browser.newContext({ locale: "en-GB" });
        const hosts = new Set<string>();
        context.on("request", (request) => hosts.add(new URL(request.url()).host));
        await context.route(
          /gravatar/,
          (route) =>
            route.fulfill({
              body: `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80" />`,
              contentType: "image/svg+xml",
            }),
        );
        const page = await visit(browser, server.url, {
          name: "Ann",
          room: `pictures-${pictures}`,
          context,
          settings: { email, pictures },
        });
        await say(page, "here I am");
        await sees(page, "here I am");
        const picture = page.locator("#lines .disc img.there");
        if (pictures) {
          await picture.waitFor();
          assertEquals(
            await picture.getAttribute("src"),
            `https://www.gravatar.com/avatar/${hash}?s=80&d=404`,
          );
        } else assertEquals(await page.locator(".disc img").count(), 0);
        const own = new URL(server.url).host;
        assertEquals([...hosts].sort(), pictures ? [own, "www.gravatar.com"] : [own]);
        if (pictures) {
          await page.click("#youButton");
          await page.uncheck("[name=pictures]");
          await page.click("#youDone");
          assertEquals(await page.locator(".disc img").count(), 0, "switched off, they go");
        }
        await context.close();
      }
    });

    await t.step("Avatar shows initials where no picture can be had", async () => {
      const context = await browser.newContext({ locale: "en-GB" });
      await context.route(/gravatar/, (route) => route.abort());
      const failed = context.waitForEvent("requestfailed");
      const settings = { email: "ann@example.org" };
      const page = await visit(browser, server.url, { name: "Ann Lee", context, settings });
      await say(page, "no picture");
      await sees(page, "no picture");
      await failed;
      await page.waitForFunction(() => !document.querySelector(".disc img"));
      assertEquals(await page.locator("#lines .disc").first().textContent(), "AL");
      await context.close();
    });

    await t.step("App runs under a policy without unsafe-*, and breaks none of it", async () => {
      const answer = await fetch(server.url);
      const html = await answer.text();
      const policy = answer.headers.get("content-security-policy")!;
      assertMatch(policy, /default-src 'none'/);
      assertFalse(/unsafe/.test(policy));
      assertFalse(/\sstyle=|\son\w+=|<style|<script>/.test(html), "no inline style or script");
      const context = await browser.newContext({ locale: "en-GB" });
      const complaints: string[] = [];
      context.on(
        "console",
        (message) => message.type() === "error" && complaints.push(message.text()),
      );
      context.on("weberror", (error) => complaints.push(String(error.error())));
      const page = await visit(browser, server.url, { name: "Ann", room: "policy", context });
      await say(page, "https://example.org 🎉");
      await sees(page, "🎉");
      await page.evaluate(() => document.hasFocus = () => false);
      await server.say("policy", "counted on the icon");
      await page.waitForFunction(() => document.title.startsWith("(1)"));
      assertEquals(complaints, []);
      await context.close();
    });

    await t.step("App takes a token out of the address, and says when one is needed", async () => {
      const secret = await Deno.makeTempFile();
      await Deno.writeTextFile(secret, "a secret of at least thirty-two bytes!\n");
      await using guarded = await new Server("--db", ":memory:", "--auth-secret-file", secret)
        .start();
      const stranger = await visit(browser, guarded.url, { room: "guarded" });
      await stranger.keyboard.press("Escape");
      await stranger.locator("#status.stopped", { hasText: "valid token" }).waitFor();
      await inspect(stranger, "a refusal");
      await stranger.context().close();

      const context = await browser.newContext({ locale: "en-GB" });
      const page = await context.newPage();
      const token = jwt(
        { sub: "ann", name: "Ann of the token" },
        "a secret of at least thirty-two bytes!",
      );
      await page.goto(`${guarded.url}/rooms/guarded?token=${token}`);
      await isOnline(page);
      assertEquals(new URL(page.url()).search, "");
      assertEquals(await page.locator("#youName").textContent(), "Ann of the token");
      await page.reload();
      await isOnline(page);
      await say(page, "still in");
      await sees(page, "still in");
      await context.close();
      await Deno.remove(secret);
    });

    await t.step("App keeps still for those who want it, and zooms to 200 %", async () => {
      const context = await browser.newContext({
        locale: "en-GB",
        reducedMotion: "reduce",
        viewport: { width: 640, height: 400 },
        deviceScaleFactor: 2,
      });
      const page = await visit(browser, server.url, { name: "Ann", room: "zoom", context });
      await say(page, "large");
      await sees(page, "large");
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      assert(fits, "nothing is cut off at 200 %");
      assert(await page.locator("#text").isVisible());
      await say(page, "x".repeat(3000));
      await sees(page, "xxx");
      assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      await context.close();
    });
  },
});

interface Finding {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Asserts that axe finds nothing in what is seen now. */
async function inspect(page: Page, state: string) {
  const { default: axe } = await import("axe-core");
  const isLoaded = await page.evaluate("'axe' in globalThis");
  if (!isLoaded) await page.evaluate(axe.source);
  const violations = await page.evaluate("axe.run().then(({ violations }) => violations)");
  const found = (violations as Finding[]).map(({ id, nodes }) =>
    `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`
  );
  assertEquals(found, [], state);
}

function jwt(claims: Record<string, unknown>, secret: string): string {
  const encode = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}
