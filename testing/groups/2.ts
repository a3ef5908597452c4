/** The group "more pages", see `groups.ts`. */

import { importGroup } from "../groups.ts";

await importGroup("more pages");
