"use strict";
// Draws the dataflow: dagre finds the places, this makes the shapes. Gives the nodes' elements by id.
function drawGraph(box, data, pick) {
  const SVG = "http://www.w3.org/2000/svg";
  const make = (name, attributes, parent) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  };
  const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
  const width = (node) => Math.max(84, 24 + 6.6 * Math.max(short(node.label, 24).length, short(node.detail, 24).length));

  const layout = new dagre.graphlib.Graph();
  layout.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 26, marginx: 8, marginy: 8 });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const node of data.nodes) layout.setNode(node.id, { width: width(node), height: 42 });
  for (const edge of data.edges) layout.setEdge(edge.start, edge.end, { weight: edge.flow === "serving" ? 4 : 1 });
  dagre.layout(layout);

  const size = layout.graph();
  const svg = make("svg", { viewBox: `0 0 ${size.width} ${size.height}`, role: "group", "aria-label": "Dataflow graph" }, box);
  const head = make("marker", { id: "head", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" }, make("defs", {}, svg));
  make("path", { d: "M0 0 L8 4 L0 8 z", class: "head" }, head);

  const edges = data.edges.map((edge) => {
    const points = layout.edge(edge.start, edge.end).points;
    const path = points.slice(1, -1).map((p, i) => {
      const next = points[i + 2];
      return `Q${p.x} ${p.y} ${i + 3 === points.length ? next.x : (p.x + next.x) / 2} ${i + 3 === points.length ? next.y : (p.y + next.y) / 2}`;
    });
    const d = `M${points[0].x} ${points[0].y} ${path.join(" ")}`;
    return { ...edge, element: make("path", { d, class: `edge ${edge.flow}`, "marker-end": "url(#head)" }, svg) };
  });

  const shapes = {
    source: (w, h) => `M${-w / 2} ${-h / 2 + 6} c0 -7 ${w} -7 ${w} 0 v${h - 12} c0 7 ${-w} 7 ${-w} 0 z M${-w / 2} ${-h / 2 + 6} c0 7 ${w} 7 ${w} 0`,
    learned: (w, h) => `M${-w / 2 - 8} 0 L${-w / 2 + 4} ${-h / 2} H${w / 2 - 4} L${w / 2 + 8} 0 L${w / 2 - 4} ${h / 2} H${-w / 2 + 4} z`,
    answer: (w, h) => `M${-w / 2 + h / 2} ${-h / 2} h${w - h} a${h / 2} ${h / 2} 0 0 1 0 ${h} h${h - w} a${h / 2} ${h / 2} 0 0 1 0 ${-h} z`,
    cell: (w, h) => `M${-w / 2 + 7} ${-h / 2} h${w - 14} a7 7 0 0 1 7 7 v${h - 14} a7 7 0 0 1 -7 7 h${14 - w} a7 7 0 0 1 -7 -7 v${14 - h} a7 7 0 0 1 7 -7 z`,
  };
  shapes.model = shapes.learned;
  shapes.dropped = shapes.refused = shapes.cell;

  const nodes = new Map();
  for (const node of data.nodes) {
    const { x, y } = layout.node(node.id);
    const group = make("g", {
      class: `node ${node.shape} r-${node.role}`, transform: `translate(${x} ${y})`, role: "button", tabindex: "-1",
      "data-node": node.id, "aria-label": `${short(node.label, 24)} ${short(node.detail, 24)}, ${node.shape}${node.warned ? ", with a finding" : ""}`,
    }, svg);
    make("path", { d: shapes[node.shape](width(node), 42), class: "shape" }, group);
    const down = node.shape === "source" ? 5 : 0;
    make("text", { y: (node.detail ? -3 : 4) + down, class: "title" }, group).textContent = `${short(node.label, 24)} `;
    if (node.detail) make("text", { y: 12 + down, class: "sub" }, group).textContent = short(node.detail, 24);
    if (node.warned) make("circle", { cx: width(node) / 2 - 3, cy: -18, r: 6, class: "warned" }, group);
    group.addEventListener("click", () => pick(node));
    nodes.set(node.id, { ...node, element: group, y });
  }

  let scale = 1;
  const zoom = (factor) => {
    scale = factor ? Math.min(3, Math.max(0.2, scale * factor)) : Math.min(1, (box.clientWidth - 18) / size.width);
    svg.setAttribute("width", Math.round(size.width * scale));
    svg.setAttribute("height", Math.round(size.height * scale));
  };
  const fit = Math.min(1, (box.clientWidth - 18) / size.width);
  scale = Math.max(fit, 0.62);
  zoom(1);
  return { nodes, edges, zoom };
}
