"use strict";
// Links the panes: a click on a statement, a line, a node or a question shows the same thing everywhere.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (selector) => document.querySelector(selector);
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const detail = $("#detail");

  // ---------------------------------------------------------------- indexes

  const statementLines = new Map();
  for (const line of $$("#notebook .line[data-s]")) {
    const at = Number(line.dataset.s);
    if (!statementLines.has(at)) statementLines.set(at, []);
    statementLines.get(at).push(line);
  }
  const packageLines = new Map();
  for (const line of $$("#package .line")) packageLines.set(`${line.dataset.m}:${line.dataset.l}`, line);
  const origins = new Map();
  data.statements.forEach((statement, at) => {
    for (const [module, , lines] of statement.to) {
      for (const line of lines) {
        const key = `${module}:${line}`;
        if (!origins.has(key)) origins.set(key, []);
        origins.get(key).push(at);
      }
    }
  });
  const declared = new Set(); // config and the state's fields say less than the code that uses them
  for (const one of data.statements) {
    for (const [module, home, lines] of one.to) {
      if (module === "config" || home === "PreprocessingState") for (const line of lines) declared.add(`${module}:${line}`);
    }
  }
  const learned = new Map(data.learned.map((one) => [one.name, one]));
  const placed = (places) => places.flatMap((to) => to.lines.map((line) => `${to.module}:${line}`));

  // What a set of statements was made from; at inference learned values are recalled, so the way ends there.
  function slice(start) {
    const seen = new Set(start);
    const pending = [...start];
    while (pending.length) {
      for (const read of data.statements[pending.pop()].reads) {
        if (!seen.has(read)) { seen.add(read); pending.push(read); }
      }
    }
    return seen;
  }

  // ---------------------------------------------------------------- showing

  const graph = drawGraph($("#graph"), data, (node) => pickNode(node));

  function clear() {
    for (const element of $$(".picked, .slice, .on")) element.classList.remove("picked", "slice", "on");
    for (const button of $$(".question")) button.setAttribute("aria-pressed", "false");
  }

  // Cells out of sight have only guessed heights: what came into view is looked at again when it is drawn.
  function inView(pane, element, again = 3) {
    if (!element) return;
    const box = pane.getBoundingClientRect();
    const at = element.getBoundingClientRect();
    if (at.left < box.left || at.right > box.right) pane.scrollLeft += at.left + at.width / 2 - box.left - box.width / 2;
    if (at.top < box.top + 40 || at.bottom > box.bottom - 10) {
      pane.scrollTop += at.top - box.top - box.height / 3;
      if (again) requestAnimationFrame(() => inView(pane, element, again - 1));
    }
  }

  function show({ statements, around = [], lines = [], node = null }) {
    clear();
    const picked = new Set(statements);
    const soft = new Set([...around].filter((at) => !picked.has(at)));
    const keys = (at) => data.statements[at].to.flatMap(([module, , numbers]) => numbers.map((n) => `${module}:${n}`));
    for (const at of soft) {
      for (const line of statementLines.get(at) || []) line.classList.add("slice");
      for (const key of keys(at)) packageLines.get(key)?.classList.add("slice");
    }
    for (const at of picked) {
      for (const line of statementLines.get(at) || []) line.classList.add("picked");
    }
    const strong = lines.length ? lines : [...picked].flatMap(keys);
    for (const key of strong) packageLines.get(key)?.classList.add("picked");
    markNodes(picked, new Set([...picked, ...soft]), node);
    const first = [...picked].map((at) => statementLines.get(at)?.[0]).find(Boolean);
    inView($("#notebook"), first);
    const order = $$("#package .line.picked");
    inView($("#package"), order.find((line) => !declared.has(`${line.dataset.m}:${line.dataset.l}`)) || order[0]);
  }

  function markNodes(picked, all, chosen) {
    const cells = new Set([...all].map((at) => `cell-${data.statements[at].cell}`));
    const home = chosen || [...picked].map((at) => `cell-${data.statements[at].cell}`).find((id) => graph.nodes.has(id));
    for (const [id, node] of graph.nodes) {
      const on = cells.has(id) || (node.shape !== "cell" && node.statements.length > 0 && node.statements.every((at) => all.has(at)));
      if (on && (node.shape !== "dropped" || picked.size)) node.element.classList.add("on");
      if (id === home) node.element.classList.add("picked");
    }
    for (const edge of graph.edges) {
      const ends = [edge.start, edge.end].map((id) => graph.nodes.get(id).element.classList);
      if (ends.every((classes) => classes.contains("on") || classes.contains("picked"))) edge.element.classList.add("on");
    }
    const box = $("#graph");
    if (home) inView(box, graph.nodes.get(home).element);
  }

  // ---------------------------------------------------------------- details

  function tell(lead, parts) {
    detail.replaceChildren();
    const head = document.createElement("p");
    head.className = "lead";
    head.textContent = lead;
    detail.append(head);
    const list = document.createElement("ul");
    for (const { text, go } of parts) {
      const item = document.createElement("li");
      if (go) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "go";
        button.textContent = text;
        button.addEventListener("click", go);
        item.append(button);
      } else item.textContent = text;
      list.append(item);
    }
    if (parts.length) detail.append(list);
    $("#details").scrollTop = 0;
  }

  const where = (to) => `${to[0]}.py${to[1] ? `, ${to[1]}` : ""}, line${to[2].length > 1 ? "s" : ""} ${spans(to[2])}`;
  function spans(lines) {
    const found = [];
    for (const line of lines) {
      const last = found.at(-1);
      if (last && last[1] === line - 1) last[1] = line;
      else found.push([line, line]);
    }
    return found.map(([a, b]) => (a === b ? a : `${a}–${b}`)).join(", ");
  }

  function pickStatement(at) {
    const one = data.statements[at];
    show({ statements: [at], around: slice([at]) });
    const parts = [{ text: `Role: ${one.roles.join(", ")}` }];
    const path = { serving: "; runs for every request", training: "; runs in training only", none: "" }[one.path];
    parts.push({ text: `${capital(data.fates[one.fate])}${one.reason ? `: ${one.reason}` : ""}${path}` });
    for (const to of one.to) parts.push({ text: `→ ${where(to)}`, go: () => showLines([at], to) });
    for (const name of one.recalls) parts.push({ text: `Recalls ${name} = ${learned.get(name).computed}`, go: () => pickNode(graph.nodes.get(`learned-${name}`)) });
    for (const name of one.learns) if (!one.recalls.includes(name)) parts.push({ text: `${name} is learned from it`, go: () => pickNode(graph.nodes.get(`learned-${name}`)) });
    for (const number of one.findings) parts.push({ text: `${data.findings[number].code}: ${data.findings[number].message}. To do: ${data.findings[number].do}` });
    tell(`Cell ${one.cell} line ${one.line}: ${one.code}`, parts);
  }

  function showLines(statements, to) {
    const lines = to[2].map((line) => `${to[0]}:${line}`);
    show({ statements, around: slice(statements), lines });
  }

  function pickLine(key) {
    const found = origins.get(key);
    if (!found) return;
    const [module, line] = key.split(":");
    show({ statements: found, around: slice(found), lines: [key] });
    const parts = found.map((at) => statementLink(at));
    tell(`${module}.py line ${line} comes from`, parts);
  }

  const statementLink = (at) => {
    const one = data.statements[at];
    return { text: `cell ${one.cell} line ${one.line}: ${one.code}`, go: () => pickStatement(at) };
  };

  function pickNode(node) {
    if (!node) return;
    const value = node.id.startsWith("learned-") ? learned.get(node.label) : null;
    if (value) {
      const around = slice([...value.learned_from, value.statement]);
      const lines = placed([...value.stored, ...value.recalled]);
      show({ statements: [...value.learned_from.slice(-1), value.statement], around, lines, node: node.id });
      const parts = [{ text: `= ${value.computed}` }, { text: "Learned from" }, ...value.learned_from.map(statementLink), { text: "Recalled in" }, statementLink(value.statement)];
      tell(`${node.label}: ${value.model ? "the model" : "learned in training, recalled for every request"}`, parts);
      return;
    }
    const serving = node.shape === "answer" ? (at) => data.statements[at].path === "serving" : () => true;
    const around = [...slice(node.statements)].filter(serving);
    show({ statements: node.statements, around, node: node.id });
    const lead = { answer: "The prediction, and all that runs for it", dropped: `Dropped: ${node.label}`, source: `Read from ${node.label}` };
    const parts = node.statements.map((at) => {
      const link = statementLink(at);
      const reason = data.statements[at].reason;
      return node.shape === "dropped" && reason ? { ...link, text: `${link.text} (${reason})` } : link;
    });
    tell(lead[node.shape] || capital(node.label), parts);
  }

  function ask(number) {
    const question = data.questions[number];
    if (!question) return;
    show({ statements: question.statements, lines: placed(question.lines) });
    $$(".question")[number].setAttribute("aria-pressed", "true");
    tell(question.answer, question.items.map((item) => (item.statement === null ? { text: item.text } : { text: item.text, go: () => pickStatement(item.statement) })));
  }

  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  // ---------------------------------------------------------------- clicks

  $("#notebook").addEventListener("click", (event) => {
    const line = event.target.closest(".line[data-s]");
    if (line) { pickStatement(Number(line.dataset.s)); rove("#notebook", line.querySelector("button.n")); }
  });
  $("#package").addEventListener("click", (event) => {
    const line = event.target.closest(".line.o");
    if (line) { pickLine(`${line.dataset.m}:${line.dataset.l}`); rove("#package", line.querySelector("button.n")); }
  });
  $$(".question").forEach((button, at) => button.addEventListener("click", () => ask(at)));
  $("#zoom-in").addEventListener("click", () => graph.zoom(1.25));
  $("#zoom-out").addEventListener("click", () => graph.zoom(0.8));
  $("#zoom-fit").addEventListener("click", () => graph.zoom(0));
  $("#help-button").addEventListener("click", () => $("#help").showModal());
  $("#theme").addEventListener("click", theme);

  function theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  }

  // ---------------------------------------------------------------- keyboard

  const stops = { "#notebook": "button.n", "#graph": ".node", "#package": "button.n" };
  const panes = Object.keys(stops);
  const steps = Object.fromEntries(panes.map((pane) => [pane, [...document.querySelector(pane).querySelectorAll(stops[pane])]]));
  steps["#graph"] = [...graph.nodes.values()].sort((a, b) => a.y - b.y).map((node) => node.element);
  for (const pane of panes) steps[pane][0]?.setAttribute("tabindex", "0");

  function rove(pane, element, focus = false) {
    if (!element) return;
    for (const other of steps[pane]) if (other.getAttribute("tabindex") === "0") other.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
    if (focus) element.focus({ preventScroll: true });
  }

  function follow(pane, element) {
    rove(pane, element, true);
    if (pane === "#graph") pickNode(graph.nodes.get(element.dataset.node));
    else if (pane === "#notebook") pickStatement(Number(element.closest(".line").dataset.s));
    else pickLine(`${element.closest(".line").dataset.m}:${element.closest(".line").dataset.l}`);
    inView(document.querySelector(pane), element);
  }

  function move(by) {
    const pane = panes.find((name) => document.querySelector(name).contains(document.activeElement)) || "#notebook";
    const at = steps[pane].indexOf(document.activeElement);
    const start = at < 0 ? steps[pane].findIndex((one) => one.getAttribute("tabindex") === "0") - (by > 0 ? 1 : -1) : at;
    const next = steps[pane][Math.min(steps[pane].length - 1, Math.max(0, start + by))];
    if (next) follow(pane, next);
  }

  function across(by) {
    const here = panes.findIndex((name) => document.querySelector(name).contains(document.activeElement));
    const pane = panes[Math.min(2, Math.max(0, (here < 0 ? (by > 0 ? -1 : 1) : here) + by))];
    const chosen = document.querySelector(pane).querySelector(".node.picked, .line.picked button.n");
    const target = chosen || steps[pane].find((one) => one.getAttribute("tabindex") === "0");
    if (target) { rove(pane, target, true); inView(document.querySelector(pane), target); }
  }

  const keys = {
    "/": () => $("#search").focus(),
    "?": () => $("#help").showModal(),
    t: theme,
    ArrowDown: () => move(1), ArrowUp: () => move(-1), j: () => move(1), k: () => move(-1),
    ArrowRight: () => across(1), ArrowLeft: () => across(-1),
    Escape: () => { clear(); search(""); $("#search").value = ""; tell("Nothing selected", []); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("#help").open) return;
    if (event.target === $("#search") && event.key !== "Escape") return;
    const activate = event.key === "Enter" || event.key === " ";
    if (activate && event.target.classList?.contains("node")) { event.preventDefault(); pickNode(graph.nodes.get(event.target.dataset.node)); return; }
    if (/^[0-9]$/.test(event.key)) { ask((Number(event.key) + 9) % 10); return; }
    const action = keys[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  // ---------------------------------------------------------------- search

  let texts = null;
  const allTexts = () => $$(".line, .markdown p").map((element) => [element, (element.querySelector("code") || element).textContent.toLowerCase()]);
  let hits = [];
  let current = -1;

  function search(query) {
    for (const element of $$(".hit, .current")) element.classList.remove("hit", "current");
    const wanted = query.trim().toLowerCase();
    texts ||= allTexts();
    hits = wanted ? texts.filter(([, text]) => text.includes(wanted)).map(([element]) => element) : [];
    for (const element of hits) element.classList.add("hit");
    current = -1;
    $("#hits").textContent = wanted ? `${hits.length} line${hits.length === 1 ? "" : "s"}` : "";
    if (hits.length) go(1);
  }

  function go(by) {
    if (!hits.length) return;
    hits[current]?.classList.remove("current");
    current = (current + by + hits.length) % hits.length;
    hits[current].classList.add("current");
    inView(hits[current].closest(".pane"), hits[current]);
    $("#hits").textContent = `${current + 1} of ${hits.length}`;
  }

  inView($("#graph"), document.querySelector(".node.source") || document.querySelector(".node"));
  $("#graph").scrollTop = 0;
  $("#search").addEventListener("input", (event) => search(event.target.value));
  $("#search").addEventListener("keydown", (event) => { if (event.key === "Enter") go(event.shiftKey ? -1 : 1); });
})();
