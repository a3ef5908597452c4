/// <reference lib="dom" />
/**
 * The page when things go wrong: the server dies and comes back, the network goes, tabs are closed,
 * the server refuses. Nothing that was written is lost, doubled or put out of order.
 */
import { assert, assertEquals, assertFalse } from "@std/assert";
import type { Page } from "playwright-core";
import { Bot } from "./page_bot.ts";
import { isIgnored, isOnline, launch, say, sees, Server, texts, visit } from "./page_support.ts";

Deno.test({
  name: "The page when things go wrong",
  ignore: isIgnored,
  sanitizeOps: false,
  sanitizeResources: false,
  sanitizeExit: false,
  async fn(t) {
    const file = await Deno.makeTempFile({ suffix: ".db" });
    await using server = await new Server("--db", file).start();
    await using strict = await new Server(
      ...[
        "--db",
        ":memory:",
        "--rate",
        "2",
        "--burst",
        "2",
        "--max-message",
        "200",
        "--keep",
        "20",
      ],
    ).start();
    await using browser = await launch();
    const come = (name: string, room: string, more = {}) =>
      visit(browser, server.url, { name, room, ...more });

    // On a server of their own, these need not wait for the others.
    const onStrict = (async () => {
      await t.step("Outbox over the rate limit waits, counts down and loses nothing", async () => {
        const ann = await visit(browser, strict.url, { name: "Ann", room: "haste" });
        // In one turn of the page's: on a busy machine keys come slower than the limit.
        await ann.locator("#text").evaluate((field: HTMLTextAreaElement) => {
          for (let i = 0; i < 5; i++) {
            field.value = `fast ${i}`;
            field.form!.requestSubmit();
          }
        });
        await ann.locator(".fate", { hasText: /goes out in \d s/ }).first().waitFor();
        await sees(ann, "fast 4");
        assertEquals(await texts(ann), [0, 1, 2, 3, 4].map((i) => `fast ${i}`));
        await leave(ann);
      });
      await t.step(
        "Outbox shows what was refused, with retry and delete; up-arrow brings it back",
        async () => {
          const ann = await visit(browser, strict.url, { name: "Ann", room: "refused" });
          await say(ann, "m".repeat(205));
          const failed = ann.locator(".failed");
          await failed.locator(".fate", { hasText: "Not sent: too long" }).waitFor();
          const opened = ann.waitForEvent("websocket");
          await ann.reload();
          await isOnline(ann);
          const refused = (await opened).waitForEvent(
            "framereceived",
            ({ payload }) => String(payload).includes("too_large"),
          );
          await failed.getByRole("button", { name: "Retry" }).click();
          await refused;
          await failed.locator(".fate", { hasText: "Not sent" }).waitFor();
          await ann.press("#text", "ArrowUp");
          assertEquals(await ann.inputValue("#text"), "m".repeat(205));
          await ann.locator("#hint", { hasText: "5 bytes too long" }).waitFor();
          await failed.waitFor({ state: "detached" });
          await ann.reload();
          await ann.press("#text", "Enter");
          await failed.waitFor();
          await failed.getByRole("button", { name: "Delete" }).click();
          await failed.waitFor({ state: "detached" });
          await say(ann, "short");
          await sees(ann, "short");
          await leave(ann);
        },
      );
      await t.step("Log forgets what it shows when the room has begun anew", async () => {
        const ann = await visit(browser, strict.url, { name: "Ann", room: "anew" });
        await say(ann, "gone soon");
        await sees(ann, "gone soon");
        await strict.stop("SIGKILL");
        await strict.start();
        await isOnline(ann);
        await ann.locator("#status", { hasText: "begun anew" }).waitFor();
        await ann.locator("#top", { hasText: "Nobody has said anything in anew" }).waitFor();
        assertEquals(await texts(ann), []);
        await say(ann, "fresh");
        await sees(ann, "fresh");
        assertEquals(await texts(ann), ["fresh"]);
        await leave(ann);
      });
    })();

    await t.step(
      "Connection resumes when the server was killed, nothing lost or doubled",
      async () => {
        const [ann, ben] = [await come("Ann", "crash"), await come("Ben", "crash")];
        await say(ann, "before");
        await sees(ben, "before");
        await server.stop("SIGKILL");
        await isLost(ann);
        for (const text of ["first", "second", "third"]) await say(ann, text);
        await ann.locator("#unsent .text", { hasText: "third" }).waitFor();
        assertEquals(await unsent(ann), ["first", "second", "third"]);
        await ann.locator(".fate", { hasText: "Goes out when connected" }).first().waitFor();
        await server.start();
        await Promise.all([isOnline(ann), isOnline(ben)]);
        await ann.locator("#status", { hasText: "You have everything" }).waitFor();
        for (const page of [ann, ben]) {
          await sees(page, "third");
          assertEquals(await texts(page), ["before", "first", "second", "third"]);
        }
        assertEquals(await unsent(ann), []);
        await leave(ann, ben);
      },
    );

    await t.step("Outbox goes out by itself, in order, after the tab was closed", async () => {
      const ann = await come("Ann", "closed");
      await server.stop("SIGKILL");
      await isLost(ann);
      for (const text of ["one", "two"]) await say(ann, text);
      const context = ann.context();
      await ann.close();
      await server.start();
      const later = await visit(browser, server.url, { name: "Ann", room: "closed", context });
      await sees(later, "two");
      assertEquals(await texts(later), ["one", "two"]);
      await later.waitForFunction(() => !document.querySelector("#unsent .line"));
      await later.reload();
      await isOnline(later);
      await sees(later, "two");
      assertEquals(await texts(later), ["one", "two"]);
      await leave(later);
    });

    await t.step("Outbox of two tabs is said once and in order", async () => {
      const one = await come("Ann", "tabs");
      const two = await visit(browser, server.url, { room: "tabs", context: one.context() });
      await isOnline(two);
      await server.stop("SIGKILL");
      await Promise.all([isLost(one), isLost(two)]);
      const said = [];
      for (let i = 0; i < 6; i++) {
        said.push(`t${i}`);
        await say(i % 2 ? one : two, `t${i}`);
      }
      await one.locator("#unsent .text", { hasText: "t5" }).waitFor();
      assertEquals(await unsent(one), said);
      await server.start();
      for (const page of [one, two]) {
        await sees(page, "t5");
        await page.waitForFunction(() => !document.querySelector("#unsent .line"));
        assertEquals(await texts(page), said);
      }
      await leave(one);
    });

    await t.step("Connection goes with the network and is back at once", async () => {
      const ann = await come("Ann", "network");
      await ann.context().setOffline(true);
      await isLost(ann);
      await say(ann, "from the tunnel");
      await using bot = await Bot.come(server.url, "network");
      const meanwhile = Array.from({ length: 90 }, (_, index) => `meanwhile ${index}`);
      await bot.sayAll(meanwhile);
      await ann.context().setOffline(false);
      await sees(ann, "from the tunnel");
      assertEquals(await texts(ann), [...meanwhile, "from the tunnel"]);
      await ann.locator("#status", { hasText: "90 new messages. You have everything" }).waitFor();
      await leave(ann);
    });

    await t.step("Log tells what is no longer kept", async () => {
      await using bot = await Bot.come(server.url, "kept");
      const ann = await come("Ann", "kept");
      await bot.sayAll(["old"]);
      await sees(ann, "old");
      await ann.routeWebSocket(/kept/, (socket) => {
        socket.connectToServer().onMessage((data) => {
          const lost = '{"type":"gap","from":2,"to":31}\n{"type":"message","seq":32';
          const changed = String(data).replace('{"type":"message","seq":2', lost);
          socket.send(changed);
          // Whatever comes twice is shown once.
          if (changed !== data) socket.send(changed);
        });
      });
      await drop(ann);
      await bot.sayAll(["new"]);
      await isOnline(ann);
      await sees(ann, "new");
      assertEquals(await ann.locator(".gap").textContent(), "30 messages no longer kept");
      assertEquals(await texts(ann), ["old", "new"]);
      await leave(ann);
    });

    await t.step("Connection stays down where it is not wanted, until it is asked", async () => {
      const ann = await come("Ann", "banned");
      let tries = 0;
      await ann.routeWebSocket(/banned/, (socket) => {
        tries++;
        socket.close({ code: 1008, reason: "token expired" });
      });
      await drop(ann);
      const status = ann.locator("#status.stopped", { hasText: "token expired" });
      await status.waitFor();
      assertEquals(tries, 1);
      await ann.click("#tryNow");
      while (tries < 2) await ann.evaluate("0");
      await leave(ann);
    });

    await t.step("Connection waits long after flooding, whoever asks", async () => {
      const ann = await come("Ann", "flood");
      await ann.routeWebSocket(
        /flood/,
        (socket) => socket.close({ code: 4029, reason: "flooding" }),
      );
      await drop(ann);
      await ann.locator("#status", { hasText: "flooding" }).waitFor();
      const seconds = Number(/\d+/.exec((await ann.locator("#countdown").textContent())!));
      assert(seconds >= 29 && seconds <= 60, `${seconds} s`);
      const state = await ann.evaluate(() => {
        dispatchEvent(new Event("online"));
        return document.querySelector("#status")!.className;
      });
      assertEquals(state, "hint waiting");
      assertFalse(await ann.locator("#tryNow").isVisible());
      await leave(ann);
    });

    await t.step("App tells a browser without WebSocket what it needs", async () => {
      const context = await browser.newContext({ locale: "en-GB" });
      await context.addInitScript("delete globalThis.WebSocket");
      const page = await visit(browser, server.url, { context });
      await page.locator("#unable", { hasText: "WebSocket" }).waitFor();
      assertFalse(await page.locator("main").isVisible());
      await leave(page);
    });

    await onStrict;
    await Deno.remove(file);
  },
});

const isLost = (page: Page) => page.locator("#status.waiting, #status.connecting").waitFor();
const unsent = (page: Page) => page.locator("#unsent .text").allTextContents();
const leave = (...pages: Page[]) => Promise.all(pages.map((page) => page.context().close()));

/** Makes the page give up its line, as it does when the network goes. */
const drop = (page: Page) => page.evaluate(() => dispatchEvent(new Event("offline")));
