/**
 * Which parts of a log are known: spans of seqs that neither overlap nor touch, in order. Few in
 * practice: one for each place that was jumped to.
 */

interface Span {
  readonly from: number;
  readonly to: number;
}

export class Spans {
  #spans: Span[] = [];

  /** All from the first to the last of these is known. */
  add(from: number, to: number): void {
    if (to < from) return;
    const isApart = (span: Span) => span.to < from - 1 || span.from > to + 1;
    const touched = this.#spans.filter((span) => !isApart(span));
    const joined = {
      from: Math.min(from, ...touched.map((span) => span.from)),
      to: Math.max(to, ...touched.map((span) => span.to)),
    };
    this.#spans = [...this.#spans.filter(isApart), joined].sort((a, b) => a.from - b.from);
  }

  /** Only what is between these is still known. */
  keep(from: number, to: number): void {
    this.#spans = this.#spans
      .map((span) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
      .filter((span) => span.from <= span.to);
  }

  /** How many from `from` up to and without `before` are not known. */
  missing(from: number, before: number): number {
    const known = this.#spans.map((span) =>
      Math.max(0, Math.min(before, span.to + 1) - Math.max(from, span.from))
    );
    return Math.max(0, before - from - known.reduce((sum, each) => sum + each, 0));
  }
}
