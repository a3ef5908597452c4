/// <reference lib="dom" />
/**
 * Other people's pages against this server: scripts inline, sockets opened as the pages of
 * gorilla/websocket's example and of GoChatting open theirs, frames read as those read them.
 */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { isIgnored, launch, Server } from "../../testing/browser.ts";

/** Splits each frame at newlines and shows every line as a text. */
const LINES_PAGE = `<!doctype html><title>lines</title><div id="log"></div>
<form id="form"><input id="msg"></form>
<script>
  const socket = new WebSocket("ws://" + location.host + "/ws");
  const log = document.getElementById("log"), msg = document.getElementById("msg");
  socket.onmessage = ({ data }) => {
    for (const line of data.split("\\n")) {
      log.appendChild(document.createElement("div")).innerText = line;
    }
  };
  document.getElementById("form").onsubmit = () => {
    socket.send(msg.value);
    msg.value = "";
    return false;
  };
</script>`;

/** Parses each frame as one object and fills two lists from what it finds there. */
const OBJECTS_PAGE = `<!doctype html><title>objects</title><ul id="log"></ul><ul id="users"></ul>
<form id="form"><input id="msg"></form>
<script>
  const email = location.hash.slice(1);
  const socket = new WebSocket("ws://" + location.host + "/chat?email=" + email);
  const add = (list, text) => list.appendChild(document.createElement("li")).innerText = text;
  socket.onmessage = ({ data }) => {
    const { MType, TextMessage, UserStatus } = JSON.parse(data);
    const log = document.getElementById("log"), users = document.getElementById("users");
    if (MType === "text_mtype") {
      const { Content, UserInfo, Time } = TextMessage;
      add(log, UserInfo.Name + "|" + Content + "|" + Time.length + "|" + UserInfo.Gravatar.length);
    }
    if (MType !== "status_mtype") return;
    users.textContent = "";
    for (const { Name } of UserStatus.Users) add(users, Name);
  };
  const msg = document.getElementById("msg");
  document.getElementById("form").onsubmit = () => {
    socket.send(msg.value);
    msg.value = "";
    return false;
  };
</script>`;

async function say(page: Page, text: string): Promise<void> {
  await page.fill("#msg", text);
  await page.press("#msg", "Enter");
}

const shown = (page: Page, list: string, count: number) =>
  page.waitForFunction(
    ([list, count]) => document.querySelectorAll(`${list} > *`).length === count,
    [list, count] as const,
  );

Deno.test({
  name: "Folder: serves pages of others unchanged",
  ignore: isIgnored,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using browser = await launch();
    const folder = await Deno.makeTempDir();

    await t.step("as home.html, on the plain-text wire", async () => {
      await Deno.writeTextFile(`${folder}/home.html`, LINES_PAGE);
      await using server = await new Server("--assets", folder).start();
      const [ann, ben] = [await browser.newPage(), await browser.newPage()];
      await Promise.all([ann.goto(server.url), ben.goto(server.url)]);
      await say(ann, "one <b>bold</b>");
      await shown(ben, "#log", 1);
      await say(ben, "two");
      await shown(ann, "#log", 2);
      for (const page of [ann, ben]) {
        assertEquals(await page.innerText("#log"), "one <b>bold</b>\ntwo");
      }
    });

    await t.step("as index.html, on the GoChatting wire", async () => {
      await Deno.writeTextFile(`${folder}/index.html`, OBJECTS_PAGE);
      await using server = await new Server("--assets", folder).start();
      const [ann, ben] = [await browser.newPage(), await browser.newPage()];
      await ann.goto(`${server.url}/#ann@example.org`);
      await ben.goto(`${server.url}/#ben@example.org`);
      await shown(ann, "#users", 2);
      await say(ann, "hello");
      await shown(ben, "#log", 1);
      assertEquals(await ben.innerText("#log"), "ann|hello|14|101");
      await ben.close();
      await shown(ann, "#users", 1);
      assertEquals(await ann.innerText("#users"), "ann");
    });

    await Deno.remove(folder, { recursive: true });
  },
});
