// What this browser keeps of a person's own: under one name, forgotten where nobody is signed in.

const OURS = "armature.";

export function keep(name, value) {
  try {
    localStorage.setItem(OURS + name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing, or no more, offers nothing later.
  }
}

export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(OURS + name));
  } catch {
    return null;
  }
}

export function drop(name) {
  localStorage.removeItem(OURS + name);
}

function wipe() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(OURS)) localStorage.removeItem(name);
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("[action='/sign-out']")) wipe();
});
if (document.querySelector(".bare")) wipe();
