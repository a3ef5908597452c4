/** The group "http", see `groups.ts`. */

import { importGroup } from "../groups.ts";

await importGroup("http");
