/** The ways in for files: the button, dropping on the page, and pasting. */
import { byId, filesOf } from "../../dom.js";

/** @param {(files: File[]) => void} onFiles */
export function listenForFiles(onFiles) {
  const fileInput = /** @type {HTMLInputElement} */ (byId("file-input"));
  byId("choose-files").addEventListener("click", () => fileInput.click());
  fileInput.addEventListener("change", (event) => {
    onFiles(filesOf(event));
    fileInput.value = "";
  });
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  for (const type of ["dragleave", "drop"]) {
    document.addEventListener(type, (event) => {
      if (type === "drop" || !(/** @type {DragEvent} */ (event).relatedTarget)) {
        document.body.classList.remove("dropping");
      }
    });
  }
  document.addEventListener(
    "drop",
    (event) => {
      const dropped = event.dataTransfer?.files;
      if (!dropped?.length) return;
      // The editor would paste the file's text.
      event.preventDefault();
      event.stopPropagation();
      document.body.classList.remove("dropping");
      onFiles([...dropped]);
    },
    true,
  );
  document.addEventListener(
    "paste",
    (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (!pasted.length) return;
      event.preventDefault();
      event.stopPropagation();
      onFiles(pasted);
    },
    true,
  );
}
