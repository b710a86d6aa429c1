// The read-only diagram: where the tokens stand, what is behind them, how many cases stand at each step.
// The same facts are in the table beside it; this picture only repeats them.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./viewer.css";

const PADDING = 24;

function fit(canvas) {
  const inner = canvas.viewbox().inner;
  const outer = canvas.getSize();
  const scale = Math.min(1.1, (outer.width - 2 * PADDING) / inner.width, (outer.height - 2 * PADDING) / inner.height);
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({
    x: inner.x - (width - inner.width) / 2, y: inner.y - (height - inner.height) / 2, width, height,
  });
}

// On a narrow screen a whole diagram is unreadable: keep a readable scale and centre on the token.
function focus(viewer, diagram) {
  const canvas = viewer.get("canvas");
  fit(canvas);
  if (canvas.zoom() >= 0.55 || !diagram.active.length) return;
  const shape = viewer.get("elementRegistry").get(diagram.active[0]);
  if (shape) canvas.zoom(0.75, { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 });
  if (shape) canvas.scrollToElement(shape, 80);
}

const MARKS = ["is-done", "is-active"];

function unmark(viewer) {
  const canvas = viewer.get("canvas");
  viewer.get("elementRegistry").forEach((element) => MARKS.forEach((marker) => canvas.removeMarker(element, marker)));
}

function mark(viewer, diagram) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const add = (ids, marker) => ids.forEach((id) => { if (registry.get(id)) canvas.addMarker(id, marker); });
  add(diagram.done || [], "is-done");
  add(diagram.flows || [], "is-done");
  add(diagram.active || [], "is-active");
}

// Pools and lanes are frames: what glows below them must show through.
function frames(viewer) {
  const canvas = viewer.get("canvas");
  viewer.get("elementRegistry")
    .filter((element) => element.type === "bpmn:Participant" || element.type === "bpmn:Lane")
    .forEach((element) => canvas.addMarker(element, "is-frame"));
}

function count(viewer, diagram) {
  const overlays = viewer.get("overlays");
  const registry = viewer.get("elementRegistry");
  const entries = Object.entries(diagram.counts || {}).filter(([id]) => registry.get(id));
  const most = Math.max(1, ...entries.map(([, one]) => one.open));
  entries.forEach(([id, one]) => {
    const shape = registry.get(id);
    const badge = document.createElement("a");
    badge.className = "counts";
    badge.href = one.href;
    badge.title = one.told;
    badge.setAttribute("aria-label", one.told);
    if (one.overdue) {
      const card = document.createElement("span");
      card.className = "counts-over";
      card.textContent = one.overdue;
      badge.append(card);
    }
    const open = document.createElement("span");
    open.className = "counts-open";
    open.textContent = one.open;
    badge.append(open);
    overlays.add(id, { position: { top: -14, right: 30 }, html: badge });
    heat(viewer, shape, one.open / most);
  });
}

// A glow below the shapes, in the layer that diagram-js keeps for it; the logo stays above everything.
function heat(viewer, shape, share) {
  const layer = viewer.get("canvas").getLayer("heat", -1);
  if (!layer.querySelector("radialGradient")) {
    const gradient = document.createElementNS("http://www.w3.org/2000/svg", "radialGradient");
    gradient.setAttribute("id", "heat-glow");
    [["0", "glow-in"], ["0.55", "glow-mid"], ["1", "glow-out"]].forEach(([offset, name]) => {
      const stop = document.createElementNS("http://www.w3.org/2000/svg", "stop");
      stop.setAttribute("offset", offset);
      stop.setAttribute("class", name);
      gradient.appendChild(stop);
    });
    layer.appendChild(gradient);
  }
  const glow = document.createElementNS("http://www.w3.org/2000/svg", "ellipse");
  glow.setAttribute("cx", shape.x + shape.width / 2);
  glow.setAttribute("cy", shape.y + shape.height / 2);
  glow.setAttribute("rx", shape.width * (0.7 + 0.5 * share));
  glow.setAttribute("ry", shape.height * (1 + 0.9 * share));
  glow.setAttribute("class", "glow");
  glow.setAttribute("fill", "url(#heat-glow)");
  glow.setAttribute("fill-opacity", (0.35 + 0.65 * share).toFixed(2));
  layer.appendChild(glow);
}

// English names of the steps, where the designer gave them.
function translate(viewer, names) {
  const registry = viewer.get("elementRegistry");
  const factory = viewer.get("graphicsFactory");
  Object.entries(names || {}).forEach(([id, name]) => {
    [registry.get(id), registry.get(`${id}_label`)].filter(Boolean).forEach((element) => {
      element.businessObject.name = name;
      const graphics = registry.getGraphics(element);
      factory.update(element.waypoints ? "connection" : "shape", element, graphics);
    });
  });
}

async function asked(place) {
  const answer = await fetch(place.dataset.diagram, { headers: { Accept: "application/json", "X-Fragment": "1" } });
  return answer.ok ? answer.json() : { diagrams: [] };
}

async function show(place) {
  const { diagrams, first } = await asked(place);
  if (!diagrams.length) return;
  const viewer = new NavigatedViewer({ container: place });
  let shown = null;
  const open = async (diagram) => {
    shown = diagram;
    await viewer.importXML(diagram.xml);
    translate(viewer, diagram.names);
    frames(viewer);
    mark(viewer, diagram);
    count(viewer, diagram);
    focus(viewer, diagram);
  };
  await open(diagrams[first || 0]);

  const zoom = place.querySelector(".zoom");
  zoom.hidden = false;
  zoom.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    const canvas = viewer.get("canvas");
    if (button.dataset.zoom === "fit") fit(canvas);
    else canvas.zoom(canvas.zoom() * (button.dataset.zoom === "in" ? 1.25 : 0.8));
  });
  place.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (!move || event.target !== place) return;
    event.preventDefault();
    viewer.get("canvas").scroll({ dx: move[0], dy: move[1] });
  });
  // The tokens move on while the page is open; what the reader looks at stays where it is.
  document.addEventListener("live:put", async () => {
    const fresh = (await asked(place)).diagrams.find((one) => one.xml === shown.xml);
    if (!fresh) return;
    unmark(viewer);
    mark(viewer, fresh);
  });
  if (diagrams.length < 2) return;
  const choose = chooser(place, diagrams, first || 0, open);
  // A step that calls another diagram leads into it.
  viewer.get("eventBus").on("element.click", ({ element }) => {
    const inner = diagrams.findIndex((one) => one.process === element.businessObject?.calledElement);
    if (inner >= 0) choose(inner);
  });
}

function chooser(place, diagrams, first, open) {
  const row = document.createElement("p");
  row.className = "act levels";
  const choose = async (chosen) => {
    await open(diagrams[chosen]);
    [...row.children].forEach((other, index) => other.setAttribute("aria-pressed", index === chosen ? "true" : "false"));
  };
  diagrams.forEach((diagram, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = diagram.title;
    button.setAttribute("aria-pressed", index === first ? "true" : "false");
    button.addEventListener("click", () => choose(index));
    row.append(button);
  });
  place.before(row);
  return choose;
}

document.querySelectorAll("[data-diagram]").forEach(show);
