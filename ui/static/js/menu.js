// The menu at the side, wide or narrow: changed at once, kept by the same address as in the settings.
const opener = document.querySelector("[data-menu-width]");

opener?.addEventListener("click", () => {
  const root = document.documentElement;
  const now = root.dataset.menu === "narrow" ? "wide" : "narrow";
  root.dataset.menu = now;
  opener.setAttribute("aria-pressed", String(now === "narrow"));
  const token = document.querySelector("meta[name=csrf-token]").content;
  fetch("/me", { method: "POST", body: new URLSearchParams({ menu: now, _csrf: token }), redirect: "manual" });
});
