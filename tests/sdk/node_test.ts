/** The library in Node: the same modules, with nothing but their types taken out. */

import { assertEquals } from "@std/assert";
import { stripTypeScriptTypes } from "node:module";
import { allowed, Peer, serveChat, within } from "../../testing/support.ts";

const SDK = new URL("../../sdk/", import.meta.url);

/** What the program in Node does: says something, and waits for an answer. */
const PROGRAM = `
  import { connectRoom } from "./mod.ts";
  const room = connectRoom({ url: process.argv[2], room: "tea", name: "Node" });
  room.on("message", async ({ name, text }) => {
    if (name !== "Ben") return;
    console.log(JSON.stringify({ text, said: await said, you: room.state.you.name }));
    await room.close();
  });
  const said = room.say("hello");
`;

const hasNode = allowed && (() => {
  try {
    const command = new Deno.Command("node", { args: ["--version"], stderr: "null" });
    const version = new TextDecoder().decode(command.outputSync().stdout);
    return Number(/^v(\d+)/.exec(version)?.[1]) >= 20;
  } catch {
    return false;
  }
})();

if (allowed && !hasNode) {
  console.log("The library is not tested in Node: there is none of version 20.");
}

/** The library as JavaScript, in a folder of its own. */
async function library(): Promise<string> {
  const folder = await Deno.makeTempDir();
  const javaScript = (name: string, text: string) =>
    Deno.writeTextFile(`${folder}/${name}.mjs`, text.replaceAll(/(from ".+)\.ts"/g, '$1.mjs"'));
  for await (const { name } of Deno.readDir(SDK)) {
    const text = await Deno.readTextFile(new URL(name, SDK));
    await javaScript(name.replace(".ts", ""), stripTypeScriptTypes(text));
  }
  await javaScript("program", PROGRAM);
  return folder;
}

Deno.test({
  name: "connectRoom: works in Node, and lets the program end when it is closed",
  ignore: !hasNode,
  async fn() {
    const folder = await library();
    await using house = await serveChat();
    await using ben = await Peer.join(house.host, "/rooms/tea?name=Ben");
    const node = new Deno.Command("node", {
      // Node 20 has WebSocket only behind this flag; later versions accept it.
      args: ["--experimental-websocket", `${folder}/program.mjs`, `http://${house.host}`],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const ended = node.output();
    assertEquals((await ben.next("message")).text, "hello");
    ben.say("hello, Node");
    const { code, stdout } = await within(ended, "Node to end");
    assertEquals(code, 0);
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
      text: "hello, Node",
      said: { kept: true, seq: 1 },
      you: "Node",
    });
    await Deno.remove(folder, { recursive: true });
  },
});
