// The steps of the swimlanes on a canvas: tens of thousands stay fluent, as only those in sight are drawn.
import { palette, shape_of, shape_path, thread_colour, type Palette, type Shape } from "./colours";
import { left_margin, top_margin, type Geometry } from "./geometry";
import { thread_name, type Span, type Trace } from "./trace";
import type { Theme } from "./view";

function draw_spans(c: CanvasRenderingContext2D, t: Trace, g: Geometry, spans: Span[], waits: boolean): void {
  for (const span of spans) {
    const from = g.at(span.from - (waits ? 0.5 : 0));
    const to = g.at(span.to === Infinity ? t.steps.length : span.to - (waits ? 0.5 : 0));
    if (to < left_margin || from > g.width) continue;
    const y = g.lane(span.thread);
    if (!waits) {
      c.fillRect(from, y + 12, Math.max(to - from, 2), 4);
      continue;
    }
    c.beginPath();
    const right = Math.min(to, g.width);
    for (let x = Math.max(from, left_margin); x < right; x += 6) {
      c.moveTo(x, y + 6);
      c.lineTo(Math.min(x + 6, right), y - 6);
    }
    c.stroke();
  }
}

function draw_background(c: CanvasRenderingContext2D, t: Trace, g: Geometry, colours: Palette, width: number): void {
  t.lanes.forEach((_, lane) => {
    c.fillStyle = lane % 2 ? colours.lane_odd : colours.lane_even;
    c.fillRect(0, top_margin + lane * g.lane_height, width, g.lane_height);
  });
}

// Which thread goes on, from step to step.
function draw_schedule(c: CanvasRenderingContext2D, t: Trace, g: Geometry, first: number, last: number): void {
  c.beginPath();
  for (let p = Math.max(first, 1); p <= last; p++) {
    const a = t.steps[p - 1]!;
    const b = t.steps[p]!;
    c.moveTo(g.at(p - 1), g.lane(a.thread));
    if (a.thread !== b.thread) c.lineTo(g.at(p - 0.5), g.lane(b.thread));
    c.lineTo(g.at(p), g.lane(b.thread));
  }
  c.stroke();
}

// Narrow columns: one bar for all steps of a thread in the same pixel.
function draw_bars(c: CanvasRenderingContext2D, t: Trace, g: Geometry, threads: string[], first: number, last: number): void {
  const drawn = new Array<number>(t.lanes.length).fill(-1);
  for (let p = first; p <= last; p++) {
    const x = g.at(g.column(p));
    const lane = t.lane_of.get(t.steps[p]!.thread)!;
    if (!g.in_sight(x) || Math.floor(x) === drawn[lane]) continue;
    drawn[lane] = Math.floor(x);
    c.fillStyle = threads[lane]!;
    c.fillRect(x, g.lane(t.steps[p]!.thread) - 8, Math.max(g.step, 1), 16);
  }
}

function draw_shapes(c: CanvasRenderingContext2D, t: Trace, g: Geometry, threads: string[], first: number, last: number): void {
  const radius = Math.min(5, g.step / 2.6);
  const paths = new Map<Shape, Path2D>();
  const path_of = (shape: Shape) => {
    let path = paths.get(shape);
    if (!path) paths.set(shape, (path = new Path2D(shape_path(shape, 0, 0, radius))));
    return path;
  };
  c.lineWidth = 2;
  for (let p = first; p <= last; p++) {
    const step = t.steps[p]!;
    const x = g.at(g.column(p));
    if (!g.in_sight(x)) continue;
    const y = g.lane(step.thread);
    c.translate(x, y);
    c.fillStyle = c.strokeStyle = threads[t.lane_of.get(step.thread)!]!;
    if (t.stale[p]) c.stroke(path_of(shape_of(step.kind)));
    else c.fill(path_of(shape_of(step.kind)));
    c.translate(-x, -y);
  }
  c.lineWidth = 1;
}

function draw_names(c: CanvasRenderingContext2D, t: Trace, g: Geometry, colours: Palette, threads: string[]): void {
  draw_background(c, t, g, colours, left_margin - 8); // the names stand above whatever was scrolled under them
  t.lanes.forEach((id, lane) => {
    const top = top_margin + lane * g.lane_height;
    c.fillStyle = threads[lane]!;
    c.fillRect(0, top + 4, 4, g.lane_height - 8);
    c.fillStyle = colours.text;
    const entry = t.finding.threads.find((x) => x.id === id)?.entry;
    c.fillText(`${thread_name(t.finding, id)}${entry ? ` ${entry}` : ""}`.slice(0, 18), 10, top + g.lane_height / 2);
  });
}

function draw_numbers(c: CanvasRenderingContext2D, t: Trace, g: Geometry, first: number, last: number): void {
  c.textAlign = "center";
  const every = Math.max(1, Math.ceil(60 / g.step / 5) * 5);
  for (let column = Math.floor(first / every) * every; column <= last; column += every) {
    const x = g.at(column);
    if (x < left_margin || x > g.width) continue;
    c.fillText(String(g.axis === "schedule" ? (t.steps[column]?.step ?? "") : column + 1), x, top_margin / 2);
  }
  c.textAlign = "start";
}

export function draw_lanes(canvas: HTMLCanvasElement, t: Trace, g: Geometry, theme: Theme): void {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(g.width * ratio), Math.round(g.lanes_bottom * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const c = canvas.getContext("2d")!;
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, g.width, top_margin);
  c.font = "11px system-ui, sans-serif";
  c.textBaseline = "middle";
  const colours = palette(theme);
  const threads = t.lanes.map((_, lane) => thread_colour(lane, theme));
  const schedule = g.axis === "schedule";
  const first_column = Math.max(0, Math.floor((left_margin - g.at(0)) / g.step));
  const last_column = Math.min(g.columns - 1, Math.ceil((g.width - g.at(0)) / g.step));
  const [first, last] = schedule ? [first_column, last_column] : [0, t.steps.length - 1];
  const detailed = g.step >= 5;

  draw_background(c, t, g, colours, g.width);
  if (schedule) {
    c.strokeStyle = colours.wait;
    draw_spans(c, t, g, t.waits, true);
    c.fillStyle = colours.held;
    draw_spans(c, t, g, t.locks, false);
    c.strokeStyle = colours.thread_line;
    if (detailed) draw_schedule(c, t, g, first, last);
  }
  if (detailed) draw_shapes(c, t, g, threads, first, last);
  else draw_bars(c, t, g, threads, first, last);
  draw_names(c, t, g, colours, threads);
  c.fillStyle = colours.muted;
  draw_numbers(c, t, g, first_column, last_column);
}
