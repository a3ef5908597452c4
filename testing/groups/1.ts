/** The group "pages", see `groups.ts`. */

import { importGroup } from "../groups.ts";

await importGroup("pages");
