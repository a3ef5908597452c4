/**
 * The page that is part of the program, held in memory.
 *
 * Its files have a digest in their names and may be cached for ever; the page itself is requested again
 * each time. All its addresses begin with `base`, so that it works under a path prefix. The same page,
 * with a status and a sentence, explains an address that does not exist.
 */

import type { Log } from "../../telemetry/log.ts";
import { Problem } from "../problem.ts";
import type { Pages, PagesOptions } from "./contract.ts";
import { builtPage } from "./built_page.ts";
import { Content } from "./content.ts";
import { bareAnswer, fill, htmlAnswer, isOpenedByBrowser } from "./html.ts";

/** The page in memory, once it was asked for. */
interface Prepared {
  /** By pathname. */
  readonly files: ReadonlyMap<string, Content>;
  readonly index: Content;
  /** The page with everything but `status` and `detail`. */
  readonly template: string;
}

/** Serves the built-in page. */
export class BuiltIn implements Pages {
  readonly #options: PagesOptions;
  readonly #log: Log;
  #prepared?: Promise<Prepared>;

  constructor(options: PagesOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  async answer(request: Request, pathname: string, isRoom = pathname === "/"): Promise<Response> {
    const { files, index } = await this.#ready();
    if (isRoom) return index.answer(request, { "cache-control": "no-cache" });
    const file = files.get(pathname);
    if (!file) throw new Problem(404, "there is nothing here");
    return file.answer(request, { "cache-control": "public, max-age=31536000, immutable" });
  }

  async explain(request: Request, problem: Problem): Promise<Response | undefined> {
    if (!isOpenedByBrowser(request)) return;
    try {
      const { template } = await this.#ready();
      const { status, message: detail } = problem;
      return htmlAnswer(request, fill(template, { status: String(status), detail }), problem);
    } catch {
      return bareAnswer(request, problem);
    }
  }

  isTheirs(): boolean {
    return false;
  }

  #ready(): Promise<Prepared> {
    return this.#prepared ??= this.#prepare();
  }

  async #prepare(): Promise<Prepared> {
    const built = await builtPage(this.#log);
    if (!built) throw new Problem(503, "the page is not built: run deno task build");
    const { base = "", name = "Hubbub", access = "open", maxFile = 0 } = this.#options;
    const files = new Map<string, Content>();
    const add = (text: string, type: string, ending: string) => {
      const content = new Content(text, type);
      const path = `/static/${content.hash}.${ending}`;
      files.set(path, content);
      return path;
    };
    const script = add(built.script, "text/javascript", "js");
    const rare = fill(built.rare, { script: base + script });
    const template = fill(built.html, {
      base,
      name,
      access,
      maxFile: String(maxFile),
      icon: add(built.icon, "image/svg+xml", "svg"),
      script,
      rare: add(rare, "text/javascript", "js"),
      style: add(built.style, "text/css", "css"),
      highlighter: add(built.highlighter, "text/javascript", "js"),
      emojiEn: add(built.emoji.en, "application/json", "json"),
      emojiZh: add(built.emoji.zh, "application/json", "json"),
    });
    const index = new Content(fill(template, { status: "", detail: "" }), "text/html");
    return { files, index, template };
  }
}
