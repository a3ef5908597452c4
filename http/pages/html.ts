/** HTML that the server itself writes: values in a template, and a page of one sentence. */

import type { Problem } from "../problem.ts";

/** Replaces each `{{name}}` by its value, escaped; one without a value stays. */
export function fill(template: string, values: Record<string, string>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name) => {
    const escape = (char: string) => `&#${char.charCodeAt(0)};`;
    return values[name]?.replace(/[&<>"]/g, escape) ?? whole;
  });
}

/** Whether a browser has opened the address: scripts and programs do not ask for HTML. */
export function isOpenedByBrowser({ method, headers }: Request): boolean {
  return (method === "GET" || method === "HEAD") &&
    /\btext\/html\b/.test(headers.get("accept") ?? "");
}

/** An answer in HTML. */
export function htmlAnswer(request: Request, html: string, { status, headers }: Problem): Response {
  return new Response(request.method === "HEAD" ? null : html, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", ...headers },
  });
}

/** A page of one sentence, if there is no other. */
export function bareAnswer(request: Request, problem: Problem): Response {
  const html = fill('<!doctype html><html lang="en"><title>{{status}}</title><p>{{message}}.</p>', {
    status: String(problem.status),
    message: problem.message,
  });
  return htmlAnswer(request, html, problem);
}
