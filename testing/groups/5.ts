/** The group "redis", see `groups.ts`. */

import { importGroup } from "../groups.ts";

await importGroup("redis");
