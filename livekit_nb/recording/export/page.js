// @ts-check
// Plays an exported conversation: the sound is in the page itself, and the play-head, the words and
// the timeline follow it.
"use strict";

(() => {
  /** @type {<T extends Element>(selector: string, kind: new () => T) => T} */
  const find = (selector, kind) => {
    const found = document.querySelector(selector);
    if (!(found instanceof kind)) throw new Error(`no ${selector}`);
    return found;
  };

  const audio = find("audio", HTMLAudioElement);
  const slider = find(".strip", HTMLElement);
  const drawing = find(".timeline", SVGSVGElement);
  const head = find(".head", SVGLineElement);
  const words = find(".words", HTMLElement);
  const follow = find("#follow", HTMLInputElement);
  const wider = find("#wider", HTMLButtonElement);
  const narrower = find("#narrower", HTMLButtonElement);
  const speed = find("#speed", HTMLSelectElement);
  const duration = Number(document.body.dataset.duration);
  const said = [...document.querySelectorAll(".said")].map((element) => {
    const { from, to } = /** @type {HTMLElement} */ (element).dataset;
    return { element: /** @type {HTMLElement} */ (element), from: Number(from), to: Number(to) };
  });

  /** Base64 in the page → something that can be played, in pieces: an hour is tens of megabytes. */
  const load = () => {
    const source = find("#sound", HTMLScriptElement);
    const text = (source.textContent ?? "").trim();
    const step = 4 * 262144;
    const parts = [];
    for (let first = 0; first < text.length; first += step) {
      const piece = atob(text.slice(first, first + step));
      parts.push(Uint8Array.from(piece, (character) => character.charCodeAt(0)));
    }
    audio.src = URL.createObjectURL(new Blob(parts, { type: source.dataset.type }));
    source.remove();
  };

  /** @param {number} t */
  const clock = (t) => {
    const whole = Math.floor(t);
    const seconds = String(whole % 60).padStart(2, "0");
    const minutes = Math.floor(whole / 60) % 60;
    if (whole < 3600) return `${minutes}:${seconds}`;
    return `${Math.floor(whole / 3600)}:${String(minutes).padStart(2, "0")}:${seconds}`;
  };

  /** @param {number} t */
  const seek = (t) => {
    audio.currentTime = Math.min(Math.max(t, 0), duration);
    show();
  };

  let spoken = -1;
  const show = () => {
    const t = audio.currentTime;
    const share = duration > 0 ? Math.min(t / duration, 1) : 0;
    for (const edge of ["x1", "x2"]) head.setAttribute(edge, `${100 * share}%`);
    const whole = Math.floor(t);
    if (whole !== spoken) {
      spoken = whole;
      slider.setAttribute("aria-valuenow", String(whole));
      slider.setAttribute("aria-valuetext", `${clock(t)} of ${clock(duration)}`);
    }
    for (const { element, from, to } of said) {
      const now = from <= t && t < to;
      if (now !== element.classList.contains("now")) light(element, now);
    }
    if (!audio.paused) keepInView();
  };

  /** @type {(element: HTMLElement, now: boolean) => void} */
  const light = (element, now) => {
    element.classList.toggle("now", now);
    if (!now) return element.removeAttribute("aria-current");
    element.setAttribute("aria-current", "true");
    if (!follow.checked) return;
    const box = element.getBoundingClientRect();
    const frame = words.getBoundingClientRect();
    const off = box.top < frame.top || box.bottom > frame.bottom;
    if (off) words.scrollTop += box.top - frame.top - frame.height / 3;
  };

  const width = () => drawing.getBoundingClientRect().width;

  const keepInView = () => {
    const x = duration > 0 ? (audio.currentTime / duration) * width() : 0;
    const seen = slider.clientWidth;
    if (x < slider.scrollLeft || x > slider.scrollLeft + seen) slider.scrollLeft = x - seen / 8;
  };

  const run = () => {
    show();
    if (!audio.paused && !audio.ended) requestAnimationFrame(run);
  };

  // Labels: as many as there is room for, first those that are meant to be seen at any width.
  const PER_CHARACTER = 6.5;
  const GAP = 6;
  /** @param {string} kind */
  const fit = (kind) => {
    const wide = width();
    const labels = [...drawing.querySelectorAll(`text.${kind}`)].map((element) => {
      const x = (parseFloat(element.getAttribute("x") ?? "0") / 100) * wide;
      const long = (element.textContent ?? "").length * PER_CHARACTER + GAP;
      const { classList } = element;
      const before = kind !== "tick" || classList.contains("first") ? 0 : classList.contains("last") ? 1 : 0.5;
      const start = x - before * long;
      return { element, start, end: start + long, fine: element.classList.contains("fine") };
    });
    let taken = labels.slice(0, 0);
    for (const fine of [false, true]) {
      const group = labels.filter((label) => label.fine === fine);
      const placed = [...taken];
      const free = group.map((label) => {
        const apart = placed.every((other) => label.end <= other.start || label.start >= other.end);
        if (apart) placed.push(label);
        return apart;
      });
      const whole = kind !== "tick" || !fine || free.every(Boolean); // a ruler is fine or coarse
      if (whole) taken = placed;
      group.forEach(({ element }, number) => {
        const off = !whole || !free[number];
        element.classList.toggle("off", off);
        if (kind === "tick") element.previousElementSibling?.classList.toggle("off", off);
      });
    }
  };
  const fitAll = () => ["tick", "waited", "named"].forEach(fit);

  // Zoom: up to a second in 60 pixels.
  let zoom = 1;
  /** @param {number} factor */
  const zoomBy = (factor) => {
    const most = Math.max(1, (60 * duration) / Math.max(1, slider.clientWidth));
    const middle = duration > 0 ? audio.currentTime / duration : 0;
    const place = Math.min(Math.max(middle * width() - slider.scrollLeft, 0), slider.clientWidth);
    zoom = Math.min(Math.max(zoom * factor, 1), most);
    drawing.style.width = `${100 * zoom}%`;
    slider.scrollLeft = middle * width() - place;
    wider.disabled = zoom >= most;
    narrower.disabled = zoom <= 1;
    fitAll();
  };

  /** @param {PointerEvent} event */
  const point = (event) => {
    const box = drawing.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration);
  };

  /** @param {number} way */
  const step = (way) => {
    const starts = said.map((one) => one.from).sort((one, other) => one - other);
    const t = audio.currentTime;
    const next = starts.find((start) => start > t + 0.05);
    const previous = starts.filter((start) => start < t - 0.5).pop();
    seek((way > 0 ? next : previous) ?? (way > 0 ? duration : 0));
  };

  const toggle = () => {
    if (audio.paused) void audio.play();
    else audio.pause();
  };

  /** @type {Record<string, () => void>} */
  const keys = {
    " ": toggle,
    ArrowLeft: () => seek(audio.currentTime - 5),
    ArrowRight: () => seek(audio.currentTime + 5),
    p: () => step(-1),
    n: () => step(1),
    "+": () => zoomBy(2),
    "-": () => zoomBy(0.5),
  };

  load();
  for (const name of ["timeupdate", "seeked", "loadedmetadata"]) audio.addEventListener(name, show);
  audio.addEventListener("play", run);
  audio.addEventListener("seeked", keepInView);
  wider.addEventListener("click", () => zoomBy(2));
  narrower.addEventListener("click", () => zoomBy(0.5));
  speed.addEventListener("change", () => { audio.playbackRate = Number(speed.value); });
  slider.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    point(event);
    if (event.pointerType === "mouse") slider.setPointerCapture(event.pointerId);
  });
  slider.addEventListener("pointermove", (event) => {
    if (slider.hasPointerCapture(event.pointerId)) point(event);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(".at") : null;
    if (button instanceof HTMLElement) seek(Number(button.dataset.t));
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest("audio, input, select, summary")) return;
    if (event.key === " " && target.closest("button")) return;
    const ends = { Home: 0, End: duration };
    if (target === slider && event.key in ends) {
      event.preventDefault();
      return seek(ends[/** @type {"Home" | "End"} */ (event.key)]);
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  new ResizeObserver(fitAll).observe(slider);
  drawing.classList.add("fitted");
  zoomBy(1);
  show();
})();
