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
    if (!audio.paused) keepInView(share);
  };

  /** @type {(element: HTMLElement, now: boolean) => void} */
  const light = (element, now) => {
    element.classList.toggle("now", now);
    if (!now) return element.removeAttribute("aria-current");
    element.setAttribute("aria-current", "true");
    if (!follow.checked || audio.paused) return;
    const box = element.getBoundingClientRect();
    const frame = words.getBoundingClientRect();
    const off = box.top < frame.top || box.bottom > frame.bottom;
    if (off) words.scrollTop += box.top - frame.top - frame.height / 3;
  };

  /** @param {number} share */
  const keepInView = (share) => {
    const x = share * drawing.clientWidth;
    const seen = slider.clientWidth;
    if (x < slider.scrollLeft || x > slider.scrollLeft + seen) slider.scrollLeft = x - seen / 8;
  };

  const run = () => {
    show();
    if (!audio.paused && !audio.ended) requestAnimationFrame(run);
  };

  // Zoom: up to a second in 60 pixels.
  let zoom = 1;
  /** @param {number} factor */
  const zoomBy = (factor) => {
    const most = Math.max(1, (60 * duration) / Math.max(1, slider.clientWidth));
    const middle = duration > 0 ? audio.currentTime / duration : 0;
    const place = Math.min(Math.max(middle * drawing.clientWidth - slider.scrollLeft, 0), slider.clientWidth);
    zoom = Math.min(Math.max(zoom * factor, 1), most);
    drawing.style.width = `${100 * zoom}%`;
    slider.classList.toggle("zoomed", zoom > 1.9);
    slider.scrollLeft = middle * drawing.clientWidth - place;
    wider.disabled = zoom >= most;
    narrower.disabled = zoom <= 1;
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
  zoomBy(1);
  show();
})();
