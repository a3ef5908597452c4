/** Files that are dragged over the page: where they may be dropped, which is anywhere. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { attach } from "../state/attach.ts";
import { words } from "../words/words.ts";
import { open } from "./dialog.tsx";

const isOver = signal(false);

const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
  !open.value && !!dataTransfer?.types.includes("Files");

function dragged(event: DragEvent): void {
  if (!hasFiles(event)) return;
  event.preventDefault();
  isOver.value = true;
}

function left({ relatedTarget }: DragEvent): void {
  if (!relatedTarget) isOver.value = false;
}

function dropped(event: DragEvent): void {
  isOver.value = false;
  if (!hasFiles(event)) return;
  event.preventDefault();
  attach(event.dataTransfer!.files);
}

export function DropZone() {
  useEffect(() => {
    addEventListener("dragover", dragged);
    addEventListener("dragleave", left);
    addEventListener("drop", dropped);
    return () => {
      removeEventListener("dragover", dragged);
      removeEventListener("dragleave", left);
      removeEventListener("drop", dropped);
    };
  }, []);
  return isOver.value ? <p class="drop" aria-hidden="true">{words.dropHere}</p> : null;
}
