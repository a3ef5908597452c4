/// <reference lib="dom" />
/** Files on the page: attaching, progress, descriptions, pictures, and everything else. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Locator, Page } from "playwright-core";
import { inspect } from "../../testing/axe.ts";
import { isIgnored, pageTests } from "../../testing/browser.ts";
import { concat, exif, JPEG, jpegWith, PNG, segment, WEBP } from "../../testing/images.ts";
import {
  choose,
  fieldOf,
  hintOf,
  messagesOf,
  say,
  sees,
  unsentOf,
} from "../../testing/page_parts.ts";

const folder = isIgnored ? "" : Deno.makeTempDirSync();
const test = pageTests("--db", `${folder}/chat.db`, "--max-file", "200000");
Deno.test.afterAll(() => {
  if (folder) Deno.removeSync(folder, { recursive: true });
});

const fileOf = (name: string, mimeType: string, bytes: Uint8Array | string) => ({
  name,
  mimeType,
  buffer: Buffer.from(bytes as Uint8Array),
});

const attachedOf = (page: Page): Locator =>
  page.getByRole("list", { name: "Attachments" }).getByRole("listitem");

/** Chooses files for the next message. */
async function attach(page: Page, ...files: ReturnType<typeof fileOf>[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chooser).setFiles(files);
}

/** Waits until all files have arrived, and sends the message. */
async function send(page: Page): Promise<void> {
  await page.locator(".composer [type=submit]:enabled").waitFor();
  await fieldOf(page).press("Enter");
}

const pictureIn = (page: Page, name: string): Locator =>
  messagesOf(page).getByRole("link", { name });

test("Composer: sends files with a text or without, several at once", async (stage) => {
  const page = await stage.come("Ann", { room: "send" });
  const other = await stage.come("Ben", { room: "send" });
  await attach(page, fileOf("a.png", "image/png", PNG), fileOf("notes.txt", "text/plain", "hello"));
  await attachedOf(page).filter({ hasText: "notes.txt" }).waitFor();
  await send(page);
  await pictureIn(other, "Picture a.png").waitFor();
  const card = messagesOf(other).getByRole("link", { name: "notes.txt" });
  assertMatch((await card.textContent())!, /TXT, 5 byte/);
  assertEquals(await attachedOf(page).count(), 0);
  assertEquals(await messagesOf(other).locator(".text").count(), 0);
  await attach(page, fileOf("b.webp", "image/webp", WEBP));
  await fieldOf(page).fill("with a text");
  await send(page);
  await sees(other, "with a text");
  await pictureIn(other, "Picture b.webp").waitFor();
  const download = other.waitForEvent("download");
  await card.click();
  assertEquals((await download).suggestedFilename(), "notes.txt");
});

test("Composer: takes files that are pasted or dropped", async (stage) => {
  const page = await stage.come("Ann", { room: "drop" });
  await fieldOf(page).evaluate((field, bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "shot.png", { type: "image/png" }));
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, cancelable: true }));
  }, [...PNG]);
  await attachedOf(page).filter({ hasText: "shot.png" }).waitFor();
  const drag = (type: string) =>
    page.evaluate((type) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "dropped.txt"));
      const init = { dataTransfer, bubbles: true, cancelable: true };
      document.querySelector(".log")!.dispatchEvent(new DragEvent(type, init));
    }, type);
  await drag("dragover");
  await page.getByText("Drop files here").waitFor();
  await drag("drop");
  await attachedOf(page).filter({ hasText: "dropped.txt" }).waitFor();
  await page.getByText("Drop files here").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Remove dropped.txt" }).click();
  await send(page);
  await pictureIn(page, "Picture shot.png").waitFor();
  assertEquals(await messagesOf(page).locator(".files li").count(), 1);
});

test("Composer: leaves a pasted text a text, also if there is a picture of it", async (stage) => {
  const page = await stage.come("Ann", { room: "pasted-text" });
  const isTaken = await fieldOf(page).evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "a table");
    clipboardData.items.add(new File(["x"], "table.png", { type: "image/png" }));
    const paste = new ClipboardEvent("paste", { clipboardData, cancelable: true });
    return !field.dispatchEvent(paste);
  });
  assertEquals([isTaken, await attachedOf(page).count()], [false, 0]);
});

test("Composer: shows how far an upload is, and ends it on demand", async (stage) => {
  const page = await stage.come("Ann", { room: "slow", context: await stage.context() });
  const arrived = Promise.withResolvers<void>();
  await page.route("**/files?*", async (route) => {
    await arrived.promise;
    await route.continue().catch(() => {});
  });
  const names = ["one.txt", "two.txt", "three.txt", "four.txt"];
  await attach(page, ...names.map((name) => fileOf(name, "text/plain", name)));
  await page.getByRole("progressbar", { name: "Sending four.txt" }).waitFor();
  assert(await page.getByRole("button", { name: "Send" }).isDisabled());
  await fieldOf(page).fill("early");
  await fieldOf(page).press("Enter");
  await hintOf(page).filter({ hasText: "once all files have arrived" }).waitFor();
  await page.getByRole("button", { name: "Remove two.txt" }).click();
  arrived.resolve();
  await send(page);
  await sees(page, "early");
  const shown = await messagesOf(page).locator(".file bdi").allTextContents();
  assertEquals(shown, ["one.txt", "three.txt", "four.txt"]);
});

test("Composer: says what is wrong with a file, and tries again on demand", async (stage) => {
  const page = await stage.come("Ann", { room: "wrong", context: await stage.context() });
  let attempts = 0;
  await page.route("**/files?*", (route) => attempts++ === 0 ? route.abort() : route.continue());
  await attach(
    page,
    fileOf("big.bin", "", "x".repeat(200_001)),
    fileOf("empty.txt", "", ""),
    fileOf("broken.txt", "", "x"),
  );
  const state = (name: string) => attachedOf(page).filter({ hasText: name });
  await state("big.bin").getByText("larger than 200 kB").waitFor();
  await state("empty.txt").getByText("It is empty").waitFor();
  await state("broken.txt").getByText("The connection broke").waitFor();
  await state("broken.txt").getByRole("button", { name: "try again" }).click();
  await state("broken.txt").getByText("1 byte").waitFor();
  for (const name of ["big.bin", "empty.txt"]) {
    assertEquals(await state(name).getByRole("button", { name: "try again" }).count(), 0);
    await page.getByRole("button", { name: `Remove ${name}` }).click();
  }
  await send(page);
  await messagesOf(page).getByRole("link", { name: "broken.txt" }).waitFor();
});

test("Composer: keeps each room's files, and offers none while a message is edited", async (stage) => {
  const page = await stage.come("Ann", { room: "keeps" });
  await say(page, "mine");
  await sees(page, "mine");
  await attach(page, fileOf("kept.txt", "", "x"));
  await attachedOf(page).filter({ hasText: "kept.txt" }).waitFor();
  await page.goto(`${stage.server.url}/rooms/keeps`);
  await page.evaluate(() => history.pushState(null, "", "/rooms/elsewhere"));
  await page.evaluate(() => dispatchEvent(new PopStateEvent("popstate")));
  await page.getByRole("textbox", { name: "Message elsewhere" }).waitFor();
  await attach(page, fileOf("other.txt", "", "x"));
  await attachedOf(page).filter({ hasText: "other.txt" }).waitFor();
  await page.goBack();
  await page.getByRole("textbox", { name: "Message keeps" }).waitFor();
  assertEquals(await attachedOf(page).count(), 0);
  await page.goForward();
  await attachedOf(page).filter({ hasText: "other.txt" }).waitFor();
  await page.goBack();
  await sees(page, "mine");
  await choose(page, "mine", "Edit");
  await page.getByText("Editing your message").waitFor();
  assertEquals(await page.getByRole("button", { name: "Attach files" }).count(), 0);
});

test("Composer: offers to make a file of a text that is too long", async (stage) => {
  const page = await stage.come("Ann", { room: "long" });
  const text = "é".repeat(3_000);
  await fieldOf(page).fill(text);
  await page.getByRole("button", { name: "Send it as a file" }).click();
  await attachedOf(page).filter({ hasText: "message.txt" }).waitFor();
  assertEquals(await fieldOf(page).inputValue(), "");
  await send(page);
  const link = messagesOf(page).getByRole("link", { name: "message.txt" });
  const address = await link.evaluate((link) => (link as HTMLAnchorElement).href);
  assertEquals(await (await fetch(address)).text(), text);
});

test("Composer: lets a file be described, which is its alternative text", async (stage) => {
  const page = await stage.come("Ann", { room: "alt" });
  await attach(page, fileOf("flag.png", "image/png", PNG));
  await page.getByRole("button", { name: "describe it: flag.png" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("A red and blue flag");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await attachedOf(page).getByText("described").waitFor();
  await send(page);
  await messagesOf(page).getByRole("img", { name: "A red and blue flag" }).waitFor();
});

test("Files: keep the space of pictures, and load those far away later", async (stage) => {
  const page = await stage.come("Ann", { room: "space", context: await stage.context() });
  await attach(page, fileOf("a.png", "image/png", PNG));
  await send(page);
  await pictureIn(page, "Picture a.png").waitFor();
  await say(page, "below");
  await sees(page, "below");
  const held = Promise.withResolvers<void>();
  await page.route("**/files/*/*", async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.reload();
  await sees(page, "below");
  const picture = messagesOf(page).locator("img").last();
  const place = () => messagesOf(page).last().evaluate((e) => e.getBoundingClientRect().top);
  const size = () => picture.evaluate((img: HTMLImageElement) => [img.width, img.height]);
  assertEquals(await picture.getAttribute("loading"), "lazy");
  const [before, space] = [await place(), await size()];
  assertEquals(space, [6, 4]);
  held.resolve();
  await picture.evaluate((img: HTMLImageElement) => img.decode());
  assertEquals([await place(), await size()], [before, space]);
});

test("Files: show a photo as it was held, whatever kind of image it is", async (stage) => {
  const page = await stage.come("Ann", { room: "turned" });
  const photo = jpegWith(segment(0xe1, "Exif\0\0", exif(6)));
  await attach(
    page,
    fileOf("turned.jpg", "image/jpeg", photo),
    fileOf("plain.jpg", "image/jpeg", JPEG),
    fileOf("cut.webp", "image/webp", concat(WEBP, "trailing")),
  );
  await send(page);
  await pictureIn(page, "Picture cut.webp").waitFor();
  const sizes = await messagesOf(page).locator("img").evaluateAll((images) =>
    Promise.all((images as HTMLImageElement[]).map(async (img) => {
      await img.decode();
      return [img.naturalWidth, img.naturalHeight, img.width, img.height];
    }))
  );
  assertEquals(sizes, [[4, 6, 4, 6], [6, 4, 6, 4], [6, 4, 6, 4]]);
});

test("Lightbox: is opened, gone through and closed by keyboard", async (stage) => {
  const page = await stage.come("Ann", { room: "lightbox" });
  await attach(page, fileOf("1.png", "image/png", PNG), fileOf("2.jpg", "image/jpeg", JPEG));
  await send(page);
  await attach(page, fileOf("3.webp", "image/webp", WEBP));
  await send(page);
  await pictureIn(page, "Picture 3.webp").waitFor();
  await pictureIn(page, "Picture 1.png").focus();
  await page.keyboard.press("Enter");
  const shows = (name: string) => page.getByRole("dialog", { name: `Picture ${name}` }).waitFor();
  await shows("1.png");
  for (const name of ["2.jpg", "3.webp", "3.webp"]) {
    await page.keyboard.press("ArrowRight");
    await shows(name);
  }
  await page.keyboard.press("ArrowLeft");
  await shows("2.jpg");
  await page.getByRole("button", { name: "Previous picture" }).click();
  await shows("1.png");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  assertEquals(focused, "Picture 1.png");
});

test("Files: go with their message, also from what is open", async (stage) => {
  const page = await stage.come("Ann", { room: "deleted" });
  const other = await stage.come("Ben", { room: "deleted" });
  await attach(page, fileOf("1.png", "image/png", PNG));
  await fieldOf(page).fill("see");
  await send(page);
  await sees(other, "see");
  await pictureIn(other, "Picture 1.png").click();
  const address = await other.getByRole("dialog").locator("img").getAttribute("src");
  await choose(page, "see", "Delete for everybody");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await other.getByRole("dialog").waitFor({ state: "detached" });
  await sees(other, "Message deleted");
  assertEquals(await messagesOf(other).locator("img").count(), 0);
  const status = await other.evaluate(async (url) => (await fetch(url)).status, address!);
  assertEquals(status, 404);
});

test("Files: plays sound and films in their place, and shows nothing else that could run", async (stage) => {
  const page = await stage.come("Ann", { room: "kinds" });
  const silence = wav(800);
  await attach(
    page,
    fileOf("tone.wav", "audio/wav", silence),
    fileOf("film.mp4", "video/mp4", concat("\0\0\0 ftypisom", "x".repeat(99))),
    fileOf("evil.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    fileOf("evil.html", "text/html", "<script>alert(1)</script>"),
  );
  await send(page);
  const audio = messagesOf(page).getByLabel("tone.wav");
  await audio.waitFor();
  const duration = await audio.evaluate((element) => {
    const audio = element as HTMLAudioElement;
    return new Promise((resolve) => {
      audio.onloadedmetadata = () => resolve(audio.duration);
      audio.load();
      audio.preload = "metadata";
    });
  });
  assertEquals(duration, 0.1);
  // A film that cannot be played becomes a card.
  const cards = messagesOf(page).locator(".file");
  await cards.filter({ hasText: "film.mp4" }).waitFor();
  for (const name of ["evil.svg", "evil.html"]) {
    const card = page.getByRole("link", { name });
    assertEquals(await card.getAttribute("download"), name);
  }
});

test("Files: cannot be shown by the pages of other servers", async (stage) => {
  const page = await stage.come("Ann", { room: "hot", context: await stage.context() });
  await attach(page, fileOf("a.png", "image/png", PNG));
  await send(page);
  await pictureIn(page, "Picture a.png").waitFor();
  const address = await messagesOf(page).locator("img").evaluate((img: HTMLImageElement) =>
    img.src
  );
  await using elsewhere = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () =>
      new Response(`<img src="${address}" onload="done('shown')" onerror="done('refused')">`, {
        headers: { "content-type": "text/html" },
      }),
  );
  const outcome = Promise.withResolvers<string>();
  await page.exposeFunction("done", outcome.resolve);
  await page.goto(`http://127.0.0.1:${elsewhere.addr.port}/`);
  assertEquals(await outcome.promise, "refused");
});

test("Unsent: gives a message back with its files", async (stage) => {
  const page = await stage.come("Ann", { room: "unsent", context: await stage.context() });
  await attach(page, fileOf("a.txt", "text/plain", "x"));
  await page.locator(".composer [type=submit]:enabled").waitFor();
  await page.context().setOffline(true);
  await page.locator("[role=log][aria-busy=true]").waitFor();
  await fieldOf(page).fill("later");
  await fieldOf(page).press("Enter");
  await unsentOf(page).getByRole("link", { name: "a.txt" }).waitFor();
  await unsentOf(page).getByRole("button", { name: "Edit" }).click();
  await attachedOf(page).filter({ hasText: "a.txt" }).waitFor();
  await page.context().setOffline(false);
  await page.locator("[role=log][aria-busy=false]").waitFor();
  await fieldOf(page).press("Enter");
  await messagesOf(page).getByRole("link", { name: "a.txt" }).waitFor();
});

for (const phone of [false, true]) {
  const where = phone ? "dark, on a phone" : "light, on a desktop";
  test(`Files: have nothing that axe finds: ${where}`, async (stage) => {
    const page = await stage.come("Ann", { room: `axe-${phone}`, phone, dark: phone });
    await attach(
      page,
      fileOf("a.png", "image/png", PNG),
      fileOf("notes.txt", "", "hello"),
      fileOf("tone.wav", "audio/wav", wav(800)),
    );
    await page.getByRole("button", { name: "describe it: a.png" }).waitFor();
    await attach(page, fileOf("empty.txt", "", ""));
    await attachedOf(page).getByText("It is empty").waitFor();
    await inspect(page, "attached");
    await page.getByRole("button", { name: "describe it: a.png" }).click();
    await page.getByRole("dialog").waitFor();
    await inspect(page, "describing");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Remove empty.txt" }).click();
    await send(page);
    await messagesOf(page).getByRole("link", { name: "notes.txt" }).waitFor();
    await inspect(page, "a message with files");
    await pictureIn(page, "Picture a.png").click();
    await page.getByRole("dialog").waitFor();
    await inspect(page, "the lightbox");
    await page.keyboard.press("Escape");
    await fieldOf(page).fill("a".repeat(5_000));
    await page.getByRole("button", { name: "Send it as a file" }).waitFor();
    await inspect(page, "a text that is too long");
    await fieldOf(page).fill("");
  });
}

/** A sound of some samples, at 8 kHz. */
function wav(samples: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + samples);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) =>
    [...word].forEach((c, n) => bytes[at + n] = c.charCodeAt(0));
  text(0, "RIFF");
  view.setUint32(4, 36 + samples, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8_000, true);
  view.setUint32(28, 8_000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, "data");
  view.setUint32(40, samples, true);
  return bytes.fill(128, 44);
}
