// Runs once, when the panel is on the page. `props.value` is JSON from the server or "null".
// The words of an article are only ever set as text, never as HTML: they are a stranger's.
const find = (selector) => element.querySelector(selector);
let shown = null;
let clicked = false;

// Marks the links of the chat whose words are open.
const light = () => {
  document.querySelectorAll('#chat a[href^="#"]').forEach((link) => {
    if (link.getAttribute("href") === `#${shown}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
};

// Scrolls the marked words into view.
const bring = () => {
  const mark = find("mark");
  if (!mark) return;
  const text = find(".text");
  const gap = Math.min(120, text.clientHeight / 4);
  text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - gap;
  if (clicked && window.matchMedia("(max-width: 860px)").matches) find("section").scrollIntoView({ block: "start" });
  clicked = false;
};

const draw = () => {
  const value = JSON.parse(props.value || "null");
  const key = value ? value.key : null;
  find("section").dataset.empty = String(!value);
  find(".hint").hidden = Boolean(value);
  find("header").hidden = find(".text").hidden = !value;
  shown = key;
  light();
  if (!value) {
    find(".text").replaceChildren();
    return;
  }
  find(".label").textContent = value.label;
  find("h2").textContent = value.title;
  find(".facts").textContent = value.facts.join(" \u00b7 ");
  find(".said").textContent = value.said.join(" \u00b7 ");
  find(".said").hidden = !value.said.length;
  const address = find(".address");
  address.hidden = !value.url;
  address.textContent = value.url ? `Read at ${value.host}` : "";
  if (value.url) address.href = value.url;
  else address.removeAttribute("href");
  const mark = document.createElement("mark");
  mark.textContent = value.hit;
  find(".text").replaceChildren(value.before, mark, value.after);
  requestAnimationFrame(bring);
};

document.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
    if (!link || !(link.closest("#chat") || element.contains(link))) return;
    if (link.getAttribute("href").startsWith("#edit-")) return; // see edit.js
    event.preventDefault();
    event.stopPropagation();
    const named = /^#(cite|near)-(\d+)-(\d+)$/.exec(link.getAttribute("href"));
    if (!named) {
      document.querySelector("#chat")?.scrollIntoView({ block: "start" });
      document.querySelector(`#chat a[href="#${shown}"]`)?.focus();
      return;
    }
    clicked = true;
    if (named[0] === `#${shown}`) bring();
    else trigger("select", { kind: named[1], turn: Number(named[2]), number: Number(named[3]) });
  },
  true,
);

// Messages are drawn anew as an answer grows. Gradio labels each with its markdown source: without, it reads better aloud.
new MutationObserver(() => {
  light();
  document.querySelectorAll("#chat [data-testid][aria-label]").forEach((message) => message.removeAttribute("aria-label"));
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-label"] });

watch("value", draw);
draw();
