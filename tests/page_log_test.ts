/// <reference lib="dom" />
/**
 * The page's log: what a message looks like, history, scrolling, gaps, long rooms, and that nothing
 * anybody types is read as HTML.
 */
import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { Bot } from "./page_bot.ts";
import { isIgnored, launch, say, sees, Server, texts, visit } from "./page_support.ts";

Deno.test({
  name: "The page's log",
  ignore: isIgnored,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using server = await new Server("--db", ":memory:", "--rate", "0", "--keep", "11000")
      .start();
    await using browser = await launch();
    const come = (room: string, more = {}) =>
      visit(browser, server.url, { name: "Ann", room, ...more });

    await t.step(
      "Line groups what one person says, keeps breaks, shows links and emoji",
      async () => {
        const page = await come("lines");
        await using ben = await Bot.come(server.url, "lines", "Ben");
        await using cem = await Bot.come(server.url, "lines", "Cem");
        await ben.sayAll([
          "one\ntwo",
          "see (https://example.org/a_(b)?c=d), http://x.org. javascript:1",
        ]);
        await cem.sayAll(["👩‍👩‍👧 🎉", "שלום עולם"]);
        await sees(page, "שלום");
        const grouped = await page.locator(".line").evaluateAll((lines) =>
          lines.map((line) => line.classList.contains("grouped"))
        );
        assertEquals(grouped, [false, true, false, true]);
        const links = await page.locator(".text a").evaluateAll((links) =>
          links.map((link) => [link.getAttribute("href"), (link as HTMLAnchorElement).rel])
        );
        assertEquals(links, [
          ["https://example.org/a_(b)?c=d", "noopener noreferrer"],
          ["http://x.org", "noopener noreferrer"],
        ]);
        const lineHeight = (text: string) =>
          page.locator(".text", { hasText: text }).evaluate((each) => each.clientHeight);
        assert(await lineHeight("two") > 1.8 * await lineHeight("see ("), "breaks are kept");
        assertEquals(await page.locator(".large").allTextContents(), ["👩‍👩‍👧 🎉"]);
        const direction = await page.locator(".text", { hasText: "שלום" })
          .evaluate((text) => getComputedStyle(text).direction);
        assertEquals(direction, "rtl");
        assertStringIncludes((await page.locator("time").first().getAttribute("title"))!, "20");
        assertEquals(await page.locator(".day").allTextContents(), ["Today"]);
        await page.context().close();
      },
    );

    await t.step("Log fetches history when scrolled up, and the place does not jump", async () => {
      await using bot = await Bot.come(server.url, "history");
      await bot.sayAll(range(1, 400));
      const page = await come("history");
      await sees(page, "m400");
      while ((await texts(page))[0] !== "m1") {
        const first = (await texts(page))[0];
        const line = await page.evaluateHandle(() => {
          document.querySelector("#log")!.scrollTop = 120;
          return document.elementFromPoint(640, 400)!.closest(".body")!;
        });
        const topOf = () => line.evaluate((each) => each.getBoundingClientRect().top);
        const before = await topOf();
        await page.waitForFunction(isNotFirst, first);
        const after = await topOf();
        assert(Math.abs(after - before) < 2, `a line jumped from ${before} to ${after}`);
      }
      assertEquals(await texts(page), range(1, 400));
      await page.locator("#log").evaluate((log) => log.scrollTop = 0);
      assertEquals(await page.locator("#top").textContent(), "");
      await page.context().close();
    });

    await t.step("Log scrolls with what comes only if the reader is at its end", async () => {
      await using bot = await Bot.come(server.url, "scroll");
      await bot.sayAll(range(1, 60));
      const page = await come("scroll");
      await sees(page, "m60");
      await page.waitForFunction(isAtEnd);
      await bot.sayAll(["m61"]);
      await sees(page, "m61");
      await page.waitForFunction(isAtEnd);
      assertFalse(await page.locator("#toEnd").isVisible());
      await page.fill("#text", "a draft\n".repeat(9));
      await page.waitForFunction(isAtEnd);
      await bot.sayAll(["meanwhile"]);
      await sees(page, "meanwhile");
      await page.waitForFunction(isAtEnd);
      await page.fill("#text", "");
      await page.waitForFunction(isAtEnd);
      await page.locator("#log").evaluate((log) => log.scrollTop -= 300);
      await page.locator("#toEnd").waitFor();
      const before = await page.locator("#log").evaluate((log) => log.scrollTop);
      await bot.sayAll(["m62", "m63"]);
      await page.locator("#toEnd", { hasText: "2 new messages" }).waitFor();
      assertEquals(await page.locator("#log").evaluate((log) => log.scrollTop), before);
      assertStringIncludes((await page.locator(".line:has(.new)").textContent())!, "m62");
      await page.click("#toEnd");
      await page.waitForFunction(isAtEnd);
      assertFalse(await page.locator("#toEnd").isVisible());
      await page.locator("#log").evaluate((log) => log.scrollTop -= 300);
      await page.locator("#toEnd").waitFor();
      await say(page, "mine");
      await sees(page, "mine");
      await page.waitForFunction(isAtEnd);
      assertEquals(await page.locator(".new").count(), 0, "who speaks has read");
      await page.context().close();
    });

    await t.step("Log keeps 10,000 messages smooth in a bounded window", async () => {
      await using bot = await Bot.come(server.url, "long");
      const page = await come("long");
      await page.evaluate(() => {
        const slow: number[] = [];
        Object.assign(globalThis, { slow });
        new PerformanceObserver((list) =>
          slow.push(...list.getEntries().map((each) => each.duration))
        )
          .observe({ type: "longtask" });
      });
      await bot.sayAll(range(1, 10_000));
      await sees(page, "m10000");
      const slow = await page.evaluate(() => (globalThis as unknown as { slow: number[] }).slow);
      assert(Math.max(0, ...slow) < 500, `the page stood still for ${Math.max(...slow)} ms`);
      assert(await page.locator(".line").count() <= 500);
      await page.waitForFunction(isAtEnd);
      await page.reload();
      await sees(page, "m10000");
      // Up through more than a window, down a little, then to the end by the button.
      for (let i = 0; i < 12; i++) {
        const first = (await texts(page))[0];
        await page.locator("#log").evaluate((log) => log.scrollTop = 0);
        await page.waitForFunction(isNotFirst, first);
        assert(await page.locator(".line").count() <= 500);
      }
      const seen = await texts(page);
      const start = Number(seen[0].slice(1));
      assertEquals(seen, range(start, start + seen.length - 1), "no hole in the window");
      assert(start < 9500 && seen.at(-1) !== "m10000");
      await bot.sayAll(["late"]);
      await page.locator("#toEnd", { hasText: "1 new message" }).waitFor();
      await page.locator("#log").evaluate((log) => log.scrollTop = log.scrollHeight);
      await page.waitForFunction(
        (last) => document.querySelector("#lines")!.lastElementChild!.textContent !== last,
        seen.at(-1),
      );
      await page.click("#toEnd");
      await sees(page, "late");
      await page.waitForFunction(isAtEnd);
      await page.context().close();
    });

    await t.step("Log shows what is missing as a gap that fills itself", async () => {
      await using bot = await Bot.come(server.url, "gaps");
      await bot.sayAll(range(1, 10));
      const page = await come("gaps");
      await sees(page, "m10");
      await page.evaluate(async () => {
        const { setTimeout } = globalThis;
        // A drawing that is due comes first, or it would take a part of what is to be missing.
        await new Promise((done) => setTimeout(done, 20));
        const waiting: (() => void)[] = [];
        Object.assign(globalThis, {
          setTimeout: (act: () => void) => waiting.push(act),
          thaw() {
            globalThis.setTimeout = setTimeout;
            waiting.forEach((act) => act());
          },
        });
      });
      await bot.sayAll(range(11, 400));
      await page.waitForFunction("import('/log.js').then((log) => log.newest === 400)");
      await page.evaluate("thaw()");
      await sees(page, "m400");
      assertEquals(await page.locator(".gap").allTextContents(), ["Fetching messages…"]);
      await page.locator(".gap").scrollIntoViewIfNeeded();
      await page.waitForFunction(() => !document.querySelector(".gap"));
      assertEquals(await texts(page), range(1, 400));
      await page.context().close();
    });

    await t.step(
      "Line reads nothing as HTML: 50 nasty strings as names, rooms and texts",
      async () => {
        const page = await come("nasty");
        const alarmed: string[] = [];
        page.on("dialog", (dialog) => {
          alarmed.push(dialog.message());
          dialog.dismiss();
        });
        await page.evaluate(() =>
          Object.assign(globalThis, { alert: (text: string) => document.title = `ALARM ${text}` })
        );
        const count = () =>
          page.locator("#log *, #people *").evaluateAll((all) =>
            [...new Set(all.map((each) => each.localName))].sort()
          );
        await server.say("nasty", "first https://example.org 🎉 @Ann", "Ben");
        await sees(page, "first");
        const before = await count();
        assertEquals(NASTY.length, 50);
        for (const text of NASTY) await server.say("nasty", text, text.slice(0, 64));
        await sees(page, "the last one");
        assertEquals(await texts(page), ["first https://example.org 🎉 @Ann", ...NASTY]);
        assertEquals(
          await page.locator(".line .name").allTextContents(),
          ["Ben", ...NASTY.map((text) => text.slice(0, 64).trim())],
        );
        assertEquals(await count(), before, "no element that the page does not make");
        const hrefs = await page.locator("#log a").evaluateAll((all) =>
          all.map((each) => each.getAttribute("href")!)
        );
        assert(hrefs.every((href) => /^https?:\/\//.test(href)), String(hrefs));
        for (const room of NASTY.slice(0, 10)) {
          await page.fill("#roomName", room);
          await page.press("#roomName", "Enter");
        }
        assertEquals(alarmed, []);
        assertFalse((await page.title()).includes("ALARM"));
        await page.context().close();
      },
    );
  },
});

const isAtEnd = () => {
  const log = document.querySelector("#log")!;
  return log.scrollHeight - log.clientHeight - log.scrollTop < 2;
};

const isNotFirst = (text: string) => document.querySelector("#lines .text")!.textContent !== text;

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);

const NASTY = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg><script>alert(1)</script></svg>",
  "<iframe src=javascript:alert(1)></iframe>",
  "<body onload=alert(1)>",
  "<a href=javascript:alert(1)>x</a>",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:alert(1)",
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '" onmouseover=alert(1) x="',
  "' autofocus onfocus=alert(1) '",
  "</title><script>alert(1)</script>",
  "</textarea><script>alert(1)</script>",
  "</style><script>alert(1)</script>",
  "<!--<img src=x onerror=alert(1)>-->",
  "<![CDATA[<script>alert(1)</script>]]>",
  "<math><mi xlink:href=javascript:alert(1)>",
  "<details open ontoggle=alert(1)>",
  "<video><source onerror=alert(1)>",
  "<input onfocus=alert(1) autofocus>",
  "<form action=javascript:alert(1)><button>",
  "<object data=javascript:alert(1)>",
  "<embed src=javascript:alert(1)>",
  "<link rel=stylesheet href=//evil.example>",
  "<meta http-equiv=refresh content=0>",
  "<base href=//evil.example>",
  "<style>*{display:none}</style>",
  "<div style=position:fixed;inset:0>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;script&#62;alert(1)",
  "\\u003cscript\\u003ealert(1)",
  "%3Cscript%3Ealert(1)%3C/script%3E",
  "${alert(1)}",
  "{{constructor.constructor('alert(1)')()}}",
  'https://x.example/"onclick="alert(1)',
  "https://x.example/'><script>alert(1)</script>",
  "http://javascript:alert(1)@x.example",
  "https://x.example/<img src=x onerror=alert(1)>",
  "https://",
  "http://[::bad",
  "https://%zz",
  "@Ann<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "\u0661<b onclick=alert(1)>\u05d0",
  "<xmp>the last one",
];
