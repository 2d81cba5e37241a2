// A sheet: the short form of a record that a link picker lacks, in a dialog over the form that is being filled.
// What lies below stays as it is; a sheet may open one more.

const open = [];
const notices = document.getElementById("notices");
const speech = document.getElementById("speech");

export function openSheet(url, taken) {
  const sheet = document.createElement("dialog");
  sheet.id = `sheet-${open.length + 1}`;
  sheet.className = "sheet long";
  sheet.setAttribute("aria-labelledby", `${sheet.id}-title`);
  sheet.opener = document.activeElement;
  sheet.taken = taken;
  sheet.addEventListener("close", () => gone(sheet));
  document.body.append(sheet);
  open.push(sheet);
  window.htmx.ajax("GET", url, { target: sheet, swap: "innerHTML" });
}

// What a change lacks is asked for in a sheet that the server chose; it stays in the page for the next time.
const asking = document.getElementById("asking");
asking?.addEventListener("close", () => gone(asking));

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== asking || open.includes(asking)) return;
  asking.opener = document.activeElement;
  open.push(asking);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const sheet = event.detail.target;
  if (!open.includes(sheet)) return;
  const made = sheet.querySelector("[data-created]");
  if (made) {
    sheet.made = [made.dataset.created, made.dataset.title];
    sheet.close();
    return;
  }
  told(sheet);
  if (sheet.open) return;
  sheet.showModal();
  // What a label belongs to has an id: of an amount the number, not the currency before it.
  sheet.querySelector(".field :is(input:not([type=hidden]), select, textarea)[id]")?.focus();
});

// A link whose page asks for something opens it in a sheet over this one.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-sheet]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
  event.preventDefault();
  openSheet(`${link.href}?sheet=${open.length + 1}`, () => {});
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-close-sheet]")?.closest("dialog").close();
});

function gone(sheet) {
  open.splice(open.indexOf(sheet), 1);
  told(open.at(-1) ?? null);
  if (sheet === asking) sheet.replaceChildren();
  else sheet.remove();
  sheet.opener?.focus();
  // Only now is the page below whole again, for whatever is done with what was made.
  if (sheet.made) sheet.taken(...sheet.made);
}

// All but the topmost dialog is inert, so what tells of failures and changes goes where it can be heard;
// a sheet that was drawn anew has dropped it.
function told(sheet) {
  if (sheet) sheet.append(notices, speech);
  else {
    document.getElementById("main").before(notices);
    document.getElementById("toasts").before(speech);
  }
}
