/** The contract of the pages of a chat, ours and an operator's. */

import type { Problem } from "../problem.ts";

/** The options of the pages. */
export interface PagesOptions {
  /** The operator's folder; empty for the built-in page. */
  readonly assets: string;
  /** The path that the public address begins with: empty, or like `/chat`. */
  readonly base?: string;
  /** The name of this chat; `Hubbub` if not given. */
  readonly name?: string;
  /** How people come in; `open` if not given. */
  readonly access?: "open" | "invite" | "token";
  /** The largest attachment, in bytes; 0, or not given: there are none. */
  readonly maxFile?: number;
}

/** The pages of a chat. */
export interface Pages {
  /**
   * Answers a GET or HEAD.
   *
   * @param pathname the request's path without the base
   * @param isRoom whether this is the address of a room, where the page is
   * @throws {Problem} with 404 if there is nothing
   */
  answer(request: Request, pathname: string, isRoom?: boolean): Promise<Response>;
  /** A page that says what is wrong, if a browser has opened this address. */
  explain(request: Request, problem: Problem): Promise<Response | undefined>;
  /** Whether this is a file of the operator's page, which gets no policy of ours. */
  isTheirs(response: Response): boolean;
}
