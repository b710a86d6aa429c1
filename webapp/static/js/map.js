// Zoom and move the map of estates. Without it the map is whole, and its numbered marks lead to what lies near.
(() => {
  const svg = document.querySelector("svg[data-map]");
  const bar = document.querySelector("[data-zooms]");
  if (!svg || !bar) return;
  const whole = svg.viewBox.baseVal;
  const all = { x: whole.x, y: whole.y, w: whole.width, h: whole.height };
  const marks = [...svg.querySelectorAll("[data-x]")];
  let view = { ...all };
  bar.hidden = false;

  const show = () => {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    const size = view.w / all.w; // marks keep their size on the screen
    for (const mark of marks) {
      mark.setAttribute("transform", `translate(${mark.dataset.x} ${mark.dataset.y}) scale(${size})`);
    }
  };
  const within = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
  const move = (x, y) => {
    view.x = within(x, all.x, all.x + all.w - view.w);
    view.y = within(y, all.y, all.y + all.h - view.h);
    show();
  };
  const zoom = (factor, x = view.x + view.w / 2, y = view.y + view.h / 2) => {
    const w = within(view.w * factor, all.w / 24, all.w);
    const ratio = w / view.w;
    const left = x - (x - view.x) * ratio;
    const top = y - (y - view.y) * ratio;
    view = { ...view, w, h: view.h * ratio };
    move(left, top);
  };

  bar.addEventListener("click", (event) => {
    const what = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (what === "in") zoom(0.6);
    if (what === "out") zoom(1 / 0.6);
    if (what === "all") { view = { ...all }; show(); }
  });

  // The page scrolls as ever: only with Ctrl, or Cmd, does the wheel zoom.
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    zoom(event.deltaY < 0 ? 0.8 : 1.25, at.x, at.y);
  }, { passive: false });

  let from = null;
  svg.addEventListener("pointerdown", (event) => {
    if (view.w === all.w || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, view: { ...view }, moved: false };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const scale = view.w / svg.clientWidth;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.abs(dx) + Math.abs(dy) > 6) from.moved = true;
    if (from.moved) move(from.view.x - dx * scale, from.view.y - dy * scale);
  });
  window.addEventListener("pointerup", () => { setTimeout(() => { from = null; }); });
  svg.addEventListener("click", (event) => { if (from?.moved) event.preventDefault(); }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  // A mark that takes the focus comes into sight.
  svg.addEventListener("focusin", (event) => {
    const mark = event.target.closest("[data-x]");
    if (!mark) return;
    const [x, y] = [Number(mark.dataset.x), Number(mark.dataset.y)];
    const seen = x >= view.x && x <= view.x + view.w && y >= view.y && y <= view.y + view.h;
    if (!seen) move(x - view.w / 2, y - view.h / 2);
  });
})();
