// What pages do beyond plain HTML; without it everything can still be read, asked and followed.
"use strict";
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (target, types, act, options) => types.split(" ").forEach(type => target.addEventListener(type, act, options));
const set = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};
const make = (name, attributes, text) => set(Object.assign(document.createElement(name), { textContent: text }), attributes);
const button = (text, act, label) => {
  const made = make("button", { type: "button", class: "quiet", ...(label && { title: label, "aria-label": label }) }, text);
  on(made, "click", () => act(made));
  return made;
};

// --- names: suggestions under a field, by the ARIA combobox pattern (explorer only)
const ids = new Map(); // by the label that is shown
const parts = text => text.split("|").map(part => part.trim());
function suggest(input, number) {
  const list = make("ul", { id: `suggestions-${number}`, class: "suggestions", role: "listbox", "aria-label": "Entities" });
  input.after(list);
  set(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id });
  if (input.dataset.ids) parts(input.dataset.ids).forEach((id, place) => ids.set(parts(input.value)[place], id));
  let chosen = -1, timer = 0, latest = 0;

  const choose = index => {
    chosen = index;
    [...list.children].forEach((item, place) => set(item, { "aria-selected": place === index }));
    set(input, { "aria-activedescendant": list.children[index]?.id ?? "" });
    list.children[index]?.scrollIntoView({ block: "nearest" });
  };
  const unroll = open => {
    list.hidden = !open;
    set(input, { "aria-expanded": open });
    choose(-1);
  };
  const take = ({ dataset: { name, entity } }) => {
    latest++;
    input.value = [...parts(input.value).slice(0, -1), name].join(" | ");
    ids.set(name, entity);
    unroll(false);
    if (input.dataset.suggest) location.href = new URL(`entity/${encodeURIComponent(entity)}`, input.form.action);
  };
  const ask = async () => {
    const text = parts(input.value).pop().toLowerCase(), asked = ++latest;
    const { action } = document.querySelector(".find");
    const answer = text.length > 1 && await fetch(`${action}?format=json&limit=8&q=${encodeURIComponent(text)}`).catch(() => null);
    const entities = answer?.ok ? (await answer.json()).entities : [];
    if (asked !== latest || document.activeElement !== input) return;
    list.replaceChildren(...entities.map((entity, place) => {
      const item = make("li", { id: `${list.id}-${place}`, role: "option", "data-name": entity.label, "data-entity": entity.id }, entity.label);
      const also = entity.synonyms.filter(name => name.toLowerCase().includes(text)).slice(0, 3);
      item.append(make("small", {}, [entity.kind.replace(/\B[A-Z]/g, " $&").toLowerCase(), ...also].join(" · ")));
      on(item, "pointerdown", event => { event.preventDefault(); take(item); });
      return item;
    }));
    unroll(entities.length > 0);
  };

  unroll(false);
  on(input, "input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  on(input, "blur", () => unroll(false));
  on(input, "keydown", event => {
    const number = list.children.length, turn = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (list.hidden) return;
    if (turn) choose((chosen + turn + number + 2) % (number + 1) - 1);
    else if (event.key === "Escape") unroll(false);
    else if (chosen >= 0 && /Enter|Tab/.test(event.key)) take(list.children[chosen]);
    else return;
    if (event.key !== "Tab") event.preventDefault();
  });
}
all("[data-suggest]").forEach(suggest);

// --- forms: addresses without empty fields, and with ids for names (explorer only)
for (const form of all("form")) on(form, "formdata", ({ formData: data }) => {
  const given = [...data].filter(([, text]) => text.trim());
  for (const name of [...data.keys()]) data.delete(name);
  for (const [name, text] of given) data.append(name, /^q/.test(name) || !form.querySelector(`[name="${name}"][data-suggest]`) ? text : parts(text).map(part => ids.get(part) ?? part).join("|"));
});

// --- the SPARQL editor: an error at its place, Ctrl Enter (explorer only)
for (const area of all("[data-editor]")) {
  const { line, column } = area.dataset;
  if (line) {
    const start = area.value.split("\n").slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, column - 1);
    const word = /^[\w:?$-]+|^\S?/.exec(area.value.slice(start))[0].length;
    area.focus({ preventScroll: true });
    area.setSelectionRange(start - !word, start + word);
    const height = parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = line * height - area.clientHeight / 2;
    area.scrollLeft = column * height * .4 - area.clientWidth / 2;
  }
  on(area, "keydown", event => { if (event.ctrlKey && event.key === "Enter") area.form.requestSubmit(); });
  on(area.form, "submit", () => { area.form.method = encodeURIComponent(area.value).length > 9000 ? "post" : "get"; });
}

// --- a picture: zoom, pan, an entity with its neighbors, a step and its row
let show = () => {};
function picture(frame) {
  const svg = frame.querySelector("svg"), whole = svg.getAttribute("viewBox").split(" ").map(Number);
  const steps = all("g.step", svg), nodes = all("g.node", svg);
  const slug = node => node.id.replace(/^[^-]*-node-/, "");
  const ends = step => step.dataset.ends.split(" "), near = name => steps.filter(step => ends(step).includes(name));
  const tip = (item, lines) => item.querySelector("title").textContent.split("\n", lines).join(": ");
  const address = item => item.querySelector("a")?.getAttribute("href");
  const rows = new Map(steps.map(step => [step, document.getElementById(address(step).slice(1))]));
  let view = [...whole], pinned = null, arm = "";
  frame.classList.add("live");
  const look = () => {
    for (const side of [0, 1]) // the middle of what is seen stays in the picture
      view[side] = Math.min(whole[side + 2], Math.max(0, view[side] + view[side + 2] / 2)) - view[side + 2] / 2;
    set(svg, { viewBox: view.join(" ") });
    frame.classList.toggle("near", view[3] < whole[3] * .98);
  };
  const zoom = (factor, { x, y } = { x: view[0] + view[2] / 2, y: view[1] + view[3] / 2 }) => {
    const scale = Math.min(whole[2] * 1.5, Math.max(whole[2] / 12, view[2] * factor)) / view[2];
    view = [x - (x - view[0]) * scale, y - (y - view[1]) * scale, view[2] * scale, view[3] * scale];
    look();
  };
  const move = (right, down) => { view[0] += right * view[2]; view[1] += down * view[3]; look(); };
  const closer = () => zoom(.75), farther = () => zoom(1 / .75);
  const fit = () => { view = [...whole]; look(); };
  const at = (x, y) => new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());
  const seen = item => {
    const { x, y, width, height } = item.getBBox();
    if (x < view[0] || x + width > view[0] + view[2]) view[0] = x + (width - view[2]) / 2;
    if (y < view[1] || y + height > view[1] + view[3]) view[1] = y + (height - view[3]) / 2;
    look();
  };
  if (frame.clientWidth < 600) { // the whole would be too small to read: begin at its left
    const scale = Math.max(frame.clientWidth / whole[2], .48, Math.min(.6, .7 * innerHeight / whole[3]));
    svg.style.height = `${whole[3] * scale}px`;
    view[2] = frame.clientWidth / scale;
    look();
  }

  const rest = () => { // which steps are lit; the others are dimmed
    const band = { increasing: ".raising", decreasing: ".lowering", unsigned: ".unsigned" }[arm];
    const lit = pinned ? near(pinned) : band ? steps.filter(step => step.querySelector(`.band${band}`)) : steps;
    const named = [pinned, ...lit.flatMap(ends)];
    for (const step of steps) step.classList.toggle("dim", !lit.includes(step));
    for (const node of nodes) node.classList.toggle("dim", lit !== steps && !named.includes(slug(node)));
  };
  const point = (step, lit) => {
    for (const item of [step, rows.get(step)]) item?.classList.toggle("lit", lit);
    if (!pinned) status.textContent = lit ? tip(step) : hint;
  };
  const pin = node => {
    pinned = node && slug(node);
    nodes.forEach(one => one.classList.toggle("lit", one === node));
    rest();
    status.textContent = hint;
    if (!node) return;
    const into = near(pinned).filter(step => ends(step)[1] === pinned).length;
    status.textContent = `${tip(node, 1)}: ${into} in, ${near(pinned).length - into} out. `;
    if (address(node)) status.append(make("a", { href: address(node) }, "Open it"), " ");
    status.append(button("Show all", () => { pin(null); frame.focus({ preventScroll: true }); }));
  };

  const hint = "Choose an entity to see its neighbors. Drag to move; pinch, or Ctrl and wheel, to zoom.";
  const status = make("span", { class: "fine", role: "status" }, hint), tools = make("div", { class: "tools" });
  tools.append(button("+", closer, "Zoom in"), button("−", farther, "Zoom out"), button("Fit", fit, "Fit all of it"), status);
  frame.before(tools);

  for (const node of nodes) {
    on(node, "click", event => {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      pin(pinned === slug(node) ? null : node);
    });
    on(node, "focusin", () => { if (node.querySelector(":focus-visible")) seen(node); });
  }
  for (const [step, row] of rows) {
    for (const place of row ? [step, row] : [step]) {
      on(place, "pointerenter focusin", () => point(step, true));
      on(place, "pointerleave focusout", () => point(step, false));
    }
    const link = make("a", { class: "self", href: address(step), "aria-label": "show in the picture" }, "◎");
    row?.querySelector("th")?.prepend(link, " ");
    on(link, "click", event => { event.preventDefault(); frame.scrollIntoView({ block: "center" }); seen(step); });
  }

  const fingers = new Map();
  let dragged = false;
  on(svg, "pointerdown", event => { dragged = fingers.size > 0; fingers.set(event.pointerId, event); });
  on(window, "pointermove", event => {
    const before = fingers.get(event.pointerId);
    const [right, down] = [event.clientX - before?.clientX, event.clientY - before?.clientY];
    dragged ||= Math.hypot(right, down) > 4;
    if (!before || !dragged) return;
    fingers.set(event.pointerId, event);
    const scale = svg.getScreenCTM().a * fingers.size;
    move(-right / scale / view[2], -down / scale / view[3]);
    for (const other of fingers.values()) if (other !== event) {
      const apart = one => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      zoom(apart(before) / apart(event), at((event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2));
    }
  });
  on(window, "pointerup pointercancel", event => fingers.delete(event.pointerId));
  on(svg, "dragstart", event => event.preventDefault());
  on(svg, "click", event => {
    if (dragged && event.detail) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  on(frame, "wheel", event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, at(event.clientX, event.clientY));
  }, { passive: false });
  const keys = {
    "+": closer, "-": farther, 0: fit, Escape: () => pin(null),
    ArrowLeft: () => move(-.1, 0), ArrowRight: () => move(.1, 0), ArrowUp: () => move(0, -.1), ArrowDown: () => move(0, .1),
  };
  on(frame, "keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  show = name => { arm = name; rest(); };
}
all("[data-picture]").filter(frame => frame.querySelector("svg")).forEach(picture);

// --- both arms as tabs: one arm alone also in the picture and in the table
for (const section of all("[data-tabs]")) {
  const list = section.querySelector("[data-tablist]"), links = all("a", list);
  set(list, { role: "tablist", "aria-label": "Arms" });
  const choose = link => {
    const { arm } = link.dataset;
    for (const other of links) set(other, { role: "tab", "aria-selected": other === link, tabindex: other === link ? 0 : -1 });
    for (const panel of all("[data-panel]", section)) panel.hidden = arm && panel.dataset.panel !== arm;
    for (const row of all("tr[data-arms]")) row.hidden = arm && !row.dataset.arms.split(" ").includes(arm);
    show(arm);
  };
  links.forEach((link, place) => on(link, "click keydown", event => {
    const turn = event.type === "click" ? 0 : { ArrowRight: 1, ArrowLeft: -1, " ": 0 }[event.key];
    if (turn === undefined) return;
    event.preventDefault();
    const next = links[(place + turn + links.length) % links.length];
    choose(next);
    next.focus();
  }));
  choose(links[0]);
  for (const link of all(".tiles a")) on(link, "click", () => choose(links.find(one => one.hash === link.hash)));
}

// --- a text to be copied, a list to be narrowed, folded details to be opened
for (const text of all("[data-copy]")) text.before(button("Copy", async pressed => {
  try { await navigator.clipboard.writeText(text.textContent); pressed.textContent = "Copied"; }
  catch { getSelection().selectAllChildren(text); pressed.textContent = "Selected: press Ctrl C"; }
}));
for (const item of all("[data-live]")) item.hidden = false;
for (const input of all("[data-filter]")) {
  const texts = new Map(all(input.dataset.filter).map(item => [item, item.textContent.toLowerCase()]));
  on(input, "input", () => {
    for (const [item, text] of texts) item.hidden = !text.includes(input.value.toLowerCase().trim());
  });
}
const unfold = () => {
  const place = document.getElementById(location.hash.slice(1));
  for (let box = place?.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const box = place?.closest("[hidden]"); // narrowed away
  if (box) { box.hidden = false; place.scrollIntoView(); }
};
on(window, "hashchange", unfold);
unfold();
