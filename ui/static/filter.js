// Runs once, when the filter is on the page. `props.value` is JSON from the server or "null".
// Names of outlets and authors are only ever set as text, never as HTML: they are a stranger's.
const find = (selector) => element.querySelector(selector);
const MOST = 50; // options drawn at once; more are found by typing
const fields = Object.fromEntries(
  [...element.querySelectorAll(".field")].map((field) => [field.dataset.name, field.querySelector("input, select")]),
);
const words = () => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value.trim()]));
let page = {};
let sent = JSON.stringify(words());
let told = 0; // how often the server was told; it says the number back
let waiting = null;

// Tells the server what the fields say, if that has changed and each says something whole. One thing at a time.
const tell = () => {
  if (waiting || Object.values(fields).some((field) => !field.validity.valid)) return;
  if (JSON.stringify(words()) === sent) return;
  sent = JSON.stringify(words());
  told += 1;
  waiting = setTimeout(heard, 5000);
  trigger("submit", { ...words(), told });
};
const heard = () => {
  clearTimeout(waiting);
  waiting = null;
  tell();
};

// A field that one may type into or choose for, by the pattern of an ARIA combobox.
const combobox = (name) => {
  const input = fields[name];
  const list = input.parentElement.querySelector("ul");
  let at = -1;

  const light = (next) => {
    at = next;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const option = list.children[at];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    light(-1);
  };
  const choose = (value) => {
    input.value = value;
    close();
    tell();
  };
  const option = ([value, label, count], i) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${i}`;
    item.setAttribute("role", "option");
    const name = document.createElement("span");
    name.textContent = label;
    const number = document.createElement("span");
    number.className = "count";
    number.textContent = count.toLocaleString("en");
    item.append(name, number);
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    item.addEventListener("click", () => choose(value));
    return item;
  };
  const open = (typed) => {
    const typing = typed.trim().toLowerCase();
    const fit = (page[name] || []).filter(([, label]) => label.toLowerCase().includes(typing)).slice(0, MOST);
    list.replaceChildren(...fit.map(option));
    list.hidden = !fit.length;
    input.setAttribute("aria-expanded", String(Boolean(fit.length)));
    light(-1);
  };

  input.addEventListener("input", () => open(input.value));
  input.addEventListener("click", () => list.hidden && open(""));
  input.addEventListener("blur", () => {
    close();
    tell();
  });
  input.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) open("");
      else light((at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + count) % count);
    } else if (event.key === "Enter") {
      if (count && at >= 0) list.children[at].click();
      else choose(input.value);
    } else if (event.key === "Escape" && count) {
      event.stopPropagation();
      close();
    } else return;
    event.preventDefault();
  });
};

const draw = () => {
  page = JSON.parse(props.value || "null") || {};
  find("section").hidden = !page.articles;
  find(".shown").textContent = page.shown || "";
  find(".none").hidden = !page.shown && !page.note;
  find(".note").textContent = page.note || "";
  find(".note").hidden = !page.note;
  const language = fields.language;
  language.parentElement.hidden = !(page.language || []).length;
  const now = language.value;
  language.replaceChildren(
    new Option("Any", ""),
    ...(page.language || []).map(([code, name, count]) => new Option(`${name} (${count.toLocaleString("en")})`, code)),
  );
  language.value = now;
};

combobox("outlet");
combobox("author");
["since", "until", "language"].forEach((name) => fields[name].addEventListener("change", tell));
find(".none").addEventListener("click", () => {
  Object.values(fields).forEach((field) => (field.value = ""));
  tell();
  find("summary").focus();
});
find("details").addEventListener("toggle", () => element.scrollIntoView({ block: "nearest" }));
find("details").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  find("details").open = false;
  find("summary").focus();
});

watch("value", () => {
  draw();
  if (page.told === told) heard();
});
draw();
