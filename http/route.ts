/** A route: the paths that it is for, its methods, and who may use it. */

import type { Handler } from "./context.ts";
import type { SocketRoute } from "./upgrade.ts";

/** A method that a route may have. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A row of the table. */
export interface Route {
  readonly pattern: RegExp;
  readonly methods: Readonly<Partial<Record<Method, Handler>>>;
  /** Answers upgrades. */
  readonly socket: SocketRoute | undefined;
  /** Requests other than upgrades need no identity, and do not count for their address. */
  readonly isPublic: boolean;
  /** Nobody needs an identity: the route looks at credentials itself. */
  readonly isForAll: boolean;
}

type RouteOptions = Route["methods"] & {
  socket?: SocketRoute;
  isPublic?: boolean;
  isForAll?: boolean;
};

/** A route; `:name` in its path is one part of a request's path. */
export function route(
  path: string,
  { socket, isPublic = false, isForAll = false, ...methods }: RouteOptions,
): Route {
  const pattern = new RegExp(
    `^${path.replace(/:(\w+)(\(\S+?\))?/g, (_, name, kind = "[^/]+") => `(?<${name}>${kind})`)}$`,
  );
  return { pattern, methods, socket, isPublic, isForAll };
}
