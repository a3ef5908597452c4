/** The files of the next message, above the field: how far they are, what is wrong, and what they show. */

import { type Attached, attached, described, remove, retry } from "../state/attached.ts";
import { sizeText, words } from "../words/words.ts";
import { showDialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";

export function AttachedFiles() {
  if (attached.value.length === 0) return null;
  return (
    <ul class="attached" aria-label={words.attachments}>
      {attached.value.map((file) => (
        <li class="file" key={file.key}>
          {file.preview
            ? <img src={file.preview} alt="" width={36} height={36} />
            : <Icon name="file" />}
          <span>
            <bdi class="clip">{file.name}</bdi>
            <State file={file} />
          </span>
          <button
            type="button"
            class="tool"
            aria-label={words.removeFile(file.name)}
            onClick={() => remove(file.key)}
          >
            <Icon name="close" small />
          </button>
        </li>
      ))}
    </ul>
  );
}

function State({ file: { key, name, size, state, progress, why, mayRetry, alt, file } }: {
  file: Attached;
}) {
  if (state === "waits" || state === "sends") {
    return <progress value={progress} max={1} aria-label={words.sendingFile(name)} />;
  }
  if (state === "failed") {
    return (
      <span class="hint failed" role="alert">
        {why} {mayRetry && (
          <button
            type="button"
            class="plain"
            onClick={() => retry(key)}
          >
            {words.retryFile}
          </button>
        )}
      </span>
    );
  }
  const isMedia = /^(?:image|audio|video)\//.test(file?.type ?? "");
  return (
    <span class="hint">
      {sizeText(size)} {isMedia && (
        <button
          type="button"
          class="plain"
          aria-label={`${alt ? words.described : words.describe}: ${name}`}
          onClick={() => {
            described.value = key;
            showDialog("describe");
          }}
        >
          {alt ? words.described : words.describe}
        </button>
      )}
    </span>
  );
}
