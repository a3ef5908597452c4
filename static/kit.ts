/**
 * What the parts in `rare/`, which are loaded later, use of the page. They import it from here and
 * nowhere else, since a module that they had a copy of would have a state of its own.
 */

export { Fragment, jsx, jsxs } from "preact/jsx-runtime";
export { useEffect, useId, useState } from "preact/hooks";
export { beside, closeDialog, FormDialog, Modal, Problem, showDialog } from "./parts/dialog.tsx";
export { Icon } from "./parts/icon.tsx";
export { NameField } from "./parts/name_field.tsx";
export { Whole } from "./parts/whole.tsx";
export { chatName, go, server } from "./state/place.ts";
export { adopt, isByInvitation, saveProfile } from "./state/session.ts";
export { change, isName, type You, you } from "./state/you.ts";
export { dates, inLanguage, listOf, words } from "./words/words.ts";
