/**
 * The operator's own page: the files of a folder. The page is its `index.html`, else its `home.html`.
 *
 * Nothing outside the folder can be reached. Browsers ask again before they use a cached file, since the
 * parts of a page must be of one version.
 */

import { serveDir, serveFile } from "@std/http/file-server";
import { Problem } from "../problem.ts";
import type { Pages } from "./contract.ts";
import { bareAnswer, isOpenedByBrowser } from "./html.ts";

/** Serves a folder. */
export class Folder implements Pages {
  readonly #folder: string;
  readonly #theirs = new WeakSet<Response>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async answer(request: Request, pathname: string, isRoom = pathname === "/"): Promise<Response> {
    if (pathname.includes("%00")) throw nothingHere();
    // Not every version of the file server answers HEAD; its answer to GET has the same head.
    const asked = request.method === "HEAD" ? new Request(request, { method: "GET" }) : request;
    const response = isRoom
      ? await serveFile(asked, this.#index())
      : await serveDir(asked, { fsRoot: this.#folder, quiet: true });
    const isShown = asked === request && response.status < 400;
    if (!isShown) await response.body?.cancel();
    if (response.status >= 400) throw problemOf(response);
    const file = new Response(isShown ? response.body : null, response);
    file.headers.set("cache-control", "no-cache");
    this.#theirs.add(file);
    return file;
  }

  explain(request: Request, problem: Problem): Promise<Response | undefined> {
    return Promise.resolve(isOpenedByBrowser(request) ? bareAnswer(request, problem) : undefined);
  }

  isTheirs(response: Response): boolean {
    return this.#theirs.has(response);
  }

  #index(): string {
    const index = `${this.#folder}/index.html`;
    try {
      Deno.statSync(index);
      return index;
    } catch {
      return `${this.#folder}/home.html`;
    }
  }
}

/** Some file servers answer 500 to a path that no file can have, such as one with too long a name. */
function problemOf({ status, headers }: Response): Problem {
  if (status === 404 || status >= 500) return nothingHere();
  const range = headers.get("content-range");
  return new Problem(status, "this cannot be served", range ? { "content-range": range } : {});
}

const nothingHere = () => new Problem(404, "there is nothing here");
