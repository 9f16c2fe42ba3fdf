// Runs once, when the page is there. Opens what the links above the newest answer name: #edit-TURN-WHAT.
// `props.value` is JSON from the server with what its fields hold, or "null".
const find = (selector) => element.querySelector(selector);
const dialog = find("dialog");
const TITLES = { days: "Articles published", words: "Search for" };
const HINTS = { days: "An empty field leaves that end open.", words: "The question above stays as you asked it." };
let now = null;
let what = "";
let returning = false; // to the line above the answer, once it is there again

const send = (data) => {
  returning = true;
  trigger("submit", { turn: now.turn, ...data });
};

// Beneath the link that was pressed, within the window.
const place = (link) => {
  const near = link.getBoundingClientRect();
  const left = Math.min(near.left, window.innerWidth - dialog.offsetWidth - 12);
  const below = near.bottom + 8;
  const top = below + dialog.offsetHeight + 12 < window.innerHeight ? below : near.top - dialog.offsetHeight - 8;
  dialog.style.left = `${Math.max(12, left)}px`;
  dialog.style.top = `${Math.max(12, top)}px`;
};

const open = (link) => {
  find("h2").textContent = TITLES[what];
  find(".hint").textContent = HINTS[what];
  find(".days").hidden = what !== "days";
  find(".words").hidden = what !== "words";
  find("#edit-since").value = now.since;
  find("#edit-until").value = now.until;
  find("textarea").value = now.words;
  dialog.showModal();
  place(link);
  find(what === "days" ? "#edit-since" : "textarea").focus();
};

document.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element && event.target.closest('#chat a[href^="#edit-"]');
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    const named = /^#edit-(\d+)-([a-z]+)$/.exec(link.getAttribute("href"));
    if (!named || !now || Number(named[1]) !== now.turn) return;
    what = named[2];
    if (what in TITLES) open(link);
    else send({ what });
  },
  true,
);

find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const [since, until] = [find("#edit-since"), find("#edit-until")];
  const words = find("textarea").value.trim();
  const wrong = what === "days" ? [since, until].find((field) => !field.validity.valid) : !words && find("textarea");
  if (wrong) {
    wrong.focus();
    return;
  }
  dialog.close();
  send(what === "days" ? { what, since: since.value, until: until.value } : { what, words });
});
find("textarea").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  find("form").requestSubmit();
});
find(".no").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it

// A link that does something is a button to whoever hears the page, and the space bar presses it.
const dress = () => {
  document.querySelectorAll('#chat a[href^="#edit-"]:not([role])').forEach((link) => {
    link.setAttribute("role", "button");
    if (link.hash.split("-")[2] in TITLES) link.setAttribute("aria-haspopup", "dialog");
  });
};
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !(event.target instanceof Element) || !event.target.matches('#chat a[href^="#edit-"]')) return;
  event.preventDefault();
  event.target.click();
});
new MutationObserver(dress).observe(document.body, { childList: true, subtree: true });

watch("value", () => {
  now = JSON.parse(props.value || "null");
  if (!now || !returning) return;
  returning = false;
  const back = () => document.querySelector(`#chat a[href^="#edit-${now.turn}-"]`) || document.querySelector("#question textarea");
  setTimeout(() => now && back().focus(), 150); // the answer is drawn a moment later
});
