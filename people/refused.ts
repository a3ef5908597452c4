/** Why something about people is refused. */

/**
 * `not_allowed`: this person may not do it; `unknown`: there is no such thing, or none that they may
 * know of; `conflict`: it contradicts what there is already; `gone`: a link is used up, expired or
 * withdrawn; `bad`: what was asked makes no sense; `full`: there are as many as there may be;
 * `away`: it cannot be decided now.
 */
export type RefusedCode =
  | "not_allowed"
  | "unknown"
  | "conflict"
  | "gone"
  | "bad"
  | "full"
  | "away";

/** A change of the directory that is refused. The message is one sentence for people. */
export class Refused extends Error {
  override name = "Refused";
  readonly code: RefusedCode;

  constructor(code: RefusedCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
