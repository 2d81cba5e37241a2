// Files may be dropped anywhere on what holds a chooser, not only on its button. The chooser is told as if they had
// been chosen, so that what follows is the same.

const zone = (event) => event.target.closest?.("[data-drop]");
const holds = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  const over = holds(event) ? zone(event) : null;
  for (const one of document.querySelectorAll("[data-drop].is-over")) if (one !== over) one.classList.remove("is-over");
  if (!over) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  over.classList.add("is-over");
});

document.addEventListener("dragleave", (event) => {
  const left = zone(event);
  if (left && !left.contains(event.relatedTarget)) left.classList.remove("is-over");
});

document.addEventListener("drop", (event) => {
  const over = holds(event) ? zone(event) : null;
  if (!over) return;
  event.preventDefault();
  over.classList.remove("is-over");
  const chooser = over.querySelector("input[type=file]");
  chooser.files = chosen([...event.dataTransfer.files], chooser.multiple);
  chooser.dispatchEvent(new Event("change", { bubbles: true }));
});

// Where nothing else is to be filled in, what is chosen is sent at once.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-sends]") && event.target.files.length) event.target.form.requestSubmit();
});

function chosen(files, several) {
  const list = new DataTransfer();
  for (const file of several ? files : files.slice(0, 1)) list.items.add(file);
  return list.files;
}
