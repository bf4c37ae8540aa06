// The swimlanes: x is the schedule (or the causal column), a lane for each thread. Steps are drawn on a canvas, so
// that tens of thousands stay fluent; the arrows around the current step are SVG above it.
import { useSignal, useSignalEffect } from "@preact/signals";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { line, curveBumpX } from "d3-shape";
import { zoom, zoomIdentity, type ZoomTransform } from "d3-zoom";
import { useEffect, useRef } from "preact/hooks";

import { shape_names, shape_of, shape_path, thread_colour } from "./colours";
import { between, chances_of, describe, neighbourhood, thread_name, type Span, type Trace } from "./trace";
import { axis, go_to, place, theme, trace } from "./view";

const chart_height = 34; // the share of continuations that fail, below the lanes
const top_margin = 18;
const left_margin = 120;
const step_width = 16;
const scale_max = 4;
const arrow = line<[number, number]>().curve(curveBumpX);

function x_of(t: Trace, p: number): number {
  return axis.value === "causal" ? t.column[p]! : p;
}

// Calls of the object under test stand above the steps.
function lane_height_of(t: Trace): number {
  return t.calls.length > 0 ? 52 : 36;
}

function lanes_height(t: Trace): number {
  return top_margin + t.lanes.length * lane_height_of(t);
}

interface Geometry {
  width: number;
  columns: number;
  at: (column: number) => number; // middle of the column, in pixels
  lane: (thread: number) => number; // middle of the lane
  step: number; // pixels a column
}

function geometry(t: Trace, transform: ZoomTransform, width: number): Geometry {
  const x = transform.rescaleX(scaleLinear().domain([0, 1]).range([left_margin, left_margin + step_width]));
  return {
    width,
    columns: axis.value === "causal" ? t.columns : t.steps.length,
    at: (c) => x(c + 0.5),
    lane: (id) => {
      const height = lane_height_of(t);
      return top_margin + ((t.lane_of.get(id) ?? 0) + 1) * height - 18;
    },
    step: x(1) - x(0),
  };
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw_spans(c: CanvasRenderingContext2D, t: Trace, g: Geometry, spans: Span[], waits: boolean): void {
  if (axis.value === "causal") return;
  c.fillStyle = colour(waits ? "--wait" : "--held");
  for (const span of spans) {
    const from = g.at(span.from - (waits ? 0.5 : 0));
    const to = g.at(span.to === Infinity ? t.steps.length : span.to - (waits ? 0.5 : 0));
    if (to < left_margin || from > g.width) continue;
    const y = g.lane(span.thread);
    if (waits) {
      c.strokeStyle = colour("--wait");
      c.beginPath();
      const left = Math.max(from, left_margin);
      const right = Math.min(to, g.width);
      for (let x = left; x < right; x += 6) {
        c.moveTo(x, y + 6);
        c.lineTo(Math.min(x + 6, right), y - 6);
      }
      c.stroke();
    } else {
      c.fillRect(from, y + 12, Math.max(to - from, 2), 4);
    }
  }
}

function draw(canvas: HTMLCanvasElement, t: Trace, g: Geometry): void {
  const ratio = window.devicePixelRatio || 1;
  const lane_height = lane_height_of(t);
  const height = lanes_height(t);
  canvas.width = g.width * ratio;
  canvas.height = height * ratio;
  const c = canvas.getContext("2d")!;
  c.scale(ratio, ratio);
  c.clearRect(0, 0, g.width, height);
  c.font = "11px system-ui, sans-serif";
  c.textBaseline = "middle";

  t.lanes.forEach((_, lane) => {
    c.fillStyle = colour(lane % 2 ? "--lane-odd" : "--lane-even");
    c.fillRect(0, top_margin + lane * lane_height, g.width, lane_height);
  });
  draw_spans(c, t, g, t.waits, true);
  draw_spans(c, t, g, t.locks, false);

  const first = axis.value === "schedule" ? Math.max(0, Math.floor((left_margin - g.at(0)) / g.step)) : 0;
  const last =
    axis.value === "schedule"
      ? Math.min(t.steps.length - 1, Math.ceil((g.width - g.at(0)) / g.step))
      : t.steps.length - 1;
  const detailed = g.step >= 5;
  const colours = t.lanes.map((_, lane) => thread_colour(lane, theme.value));
  if (detailed && axis.value === "schedule") {
    c.strokeStyle = colour("--thread-line");
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
  const radius = Math.min(5, g.step / 2.6);
  for (let p = first; p <= last; p++) {
    const step = t.steps[p]!;
    const x = g.at(x_of(t, p));
    if (x < left_margin - 8 || x > g.width + 8) continue;
    const y = g.lane(step.thread);
    c.fillStyle = colours[t.lane_of.get(step.thread)!]!;
    if (!detailed) {
      c.fillRect(x, y - 8, Math.max(g.step, 1), 16);
      continue;
    }
    const path = new Path2D(shape_path(shape_of(step.kind), x, y, radius));
    if (t.stale[p]) {
      c.strokeStyle = c.fillStyle;
      c.lineWidth = 2;
      c.stroke(path);
      c.lineWidth = 1;
    } else {
      c.fill(path);
    }
  }
  // The names stand above whatever was scrolled under them.
  t.lanes.forEach((id, lane) => {
    c.fillStyle = colour(lane % 2 ? "--lane-odd" : "--lane-even");
    c.fillRect(0, top_margin + lane * lane_height, left_margin - 8, lane_height);
    c.fillStyle = colours[lane]!;
    c.fillRect(0, top_margin + lane * lane_height + 4, 4, lane_height - 8);
    c.fillStyle = colour("--text");
    const thread = t.finding.threads.find((x) => x.id === id);
    const entry = thread?.entry ? ` ${thread.entry}` : "";
    c.fillText(`${thread_name(t.finding, id)}${entry}`.slice(0, 18), 10, top_margin + (lane + 0.5) * lane_height);
  });
  c.fillStyle = colour("--muted");
  c.textAlign = "center";
  const every = Math.max(1, Math.ceil(60 / g.step / 5) * 5);
  for (let column = Math.floor(first / every) * every; column <= (axis.value === "schedule" ? last : g.columns); column += every) {
    const x = g.at(column);
    if (x < left_margin || x > g.width) continue;
    const label = axis.value === "schedule" ? (t.steps[column]?.step ?? "") : column + 1;
    c.fillText(String(label), x, top_margin / 2);
  }
  c.textAlign = "start";
}

// Places of the accesses that a race, or another report on memory, is about.
function marked_accesses(t: Trace): { thread: number; at: number; role: string }[] {
  return t.finding.accesses.map((a) => {
    const p = a.step === null ? undefined : t.place_of_step.get(a.step);
    const at = p !== undefined ? p + 0.5 : a.role === "current" ? t.steps.length - 0.5 : -0.5;
    return { thread: a.thread, at, role: a.role };
  });
}

// How many of the random continuations fail, step by step, and from where on all of them do.
function Chart({ t, g, top }: { t: Trace; g: Geometry; top: number }) {
  const bottom = top + chart_height - 4;
  const y = (share: number) => bottom - share * (chart_height - 10);
  const points = chances_of(t.finding).map((c): [number, number] => [
    g.at(between(t, c.after)),
    y(c.failed / Math.max(1, c.failed + c.passed)),
  ]);
  const no_return = t.finding.analysis?.no_return ?? null;
  const at = no_return === null ? 0 : g.at(between(t, no_return));
  return (
    <g class="chances">
      <path class="base" d={`M${g.at(-0.5)},${bottom}H${g.at(t.steps.length - 0.5)}`} />
      <path class="share" d={line()(points) ?? ""} />
      {points.map(([x, share]) => (
        <circle cx={x} cy={share} r="2.5" />
      ))}
      {no_return !== null && (
        <g class="no-return">
          <path d={`M${at},${top_margin}V${bottom}`} />
          <text x={at - 4} y={top + 12} text-anchor="end">
            no return
          </text>
        </g>
      )}
    </g>
  );
}

export function Lanes() {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const transform = useSignal<ZoomTransform>(zoomIdentity);
  const width = useSignal(800);
  const behaviour = useRef<ReturnType<typeof zoom<HTMLDivElement, unknown>>>();
  const frame = useRef(0);

  useEffect(() => {
    const element = holder.current!;
    const watch = new ResizeObserver(() => (width.value = element.clientWidth));
    watch.observe(element);
    width.value = element.clientWidth;
    const z = zoom<HTMLDivElement, unknown>()
      .scaleExtent([0.001, scale_max])
      .filter((event: MouseEvent) => event.type !== "dblclick" && !event.button)
      .on("zoom", (event: { transform: ZoomTransform }) => (transform.value = event.transform));
    behaviour.current = z;
    select(element).call(z);
    const t = trace.value;
    if (t) {
      const needed = t.steps.length * step_width;
      const room = width.value - left_margin - 24;
      if (needed < room * 3) select(element).call(z.scaleTo, Math.min(room / needed, scale_max), [left_margin, 0]);
    }
    return () => watch.disconnect();
  }, [trace.value]);

  useSignalEffect(() => {
    const t = trace.value;
    if (!t || !canvas.current) return;
    const g = geometry(t, transform.value, width.value);
    void theme.value;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => canvas.current && draw(canvas.current, t, g));
  });

  // Keeps the current step in sight.
  useSignalEffect(() => {
    const t = trace.value;
    if (!t || t.steps.length === 0 || !holder.current || !behaviour.current) return;
    const column = x_of(t, Math.min(place.value, t.steps.length - 1));
    const g = geometry(t, transform.peek(), width.peek());
    const x = g.at(column);
    if (x > left_margin + 20 && x < width.peek() - 20) return;
    const wanted = left_margin + (width.peek() - left_margin) / 2;
    select(holder.current).call(behaviour.current.translateBy, (wanted - x) / transform.peek().k, 0);
  });

  const t = trace.value;
  if (!t) return null;
  const g = geometry(t, transform.value, width.value);
  const lane_height = lane_height_of(t);
  const lanes_bottom = lanes_height(t);
  const chances = axis.value === "schedule" ? chances_of(t.finding) : [];
  const height = lanes_bottom + (chances.length > 0 ? chart_height : 0);
  const current = t.steps[place.value];
  const edges = current ? neighbourhood(t, place.value) : [];
  const marks = axis.value === "schedule" ? marked_accesses(t) : [];

  const click = (event: MouseEvent) => {
    const box = holder.current!.getBoundingClientRect();
    const column = (event.clientX - box.left - g.at(0)) / g.step;
    if (event.clientX - box.left < left_margin - 8) return;
    if (axis.value === "schedule") {
      go_to(Math.round(column));
      return;
    }
    const lane = t.lanes[Math.floor((event.clientY - box.top - top_margin) / lane_height)];
    const places = lane === undefined ? [] : (t.of_thread.get(lane) ?? []);
    const distance = (p: number) => Math.abs(t.column[p]! - column);
    const nearest = places.reduce<number | undefined>(
      (best, p) => (best === undefined || distance(p) < distance(best) ? p : best),
      undefined,
    );
    if (nearest !== undefined) go_to(nearest);
  };

  return (
    <section class="lanes" aria-label="Swimlanes of the threads">
      <div ref={holder} class="lanes-box" style={{ height: `${height}px` }} onClick={click}>
        <canvas
          ref={canvas}
          style={{ width: `${width.value}px`, height: `${lanes_bottom}px` }}
          role="img"
          aria-label={`${t.steps.length} steps of ${t.lanes.length} threads; the table below has the same steps`}
        />
        <svg width={width.value} height={height} aria-hidden="true">
          <defs>
            <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0,0L8,4L0,8Z" class="tip" />
            </marker>
            <clipPath id="clip">
              <rect x={left_margin - 8} y="0" width={Math.max(0, width.value - left_margin + 8)} height={height} />
            </clipPath>
          </defs>
          <g clip-path="url(#clip)">
            {edges.map((e) => {
              const from: [number, number] = [g.at(x_of(t, e.from)), g.lane(t.steps[e.from]!.thread)];
              const to: [number, number] = [g.at(x_of(t, e.to)), g.lane(t.steps[e.to]!.thread)];
              return <path class={`edge ${e.kind}`} d={arrow([from, to]) ?? ""} marker-end="url(#tip)" />;
            })}
            {axis.value === "schedule" &&
              t.calls.map((call) => {
                const from = g.at(call.from);
                const to = g.at(Math.min(call.to, t.steps.length));
                const top = g.lane(call.thread) - lane_height + 22;
                if (to < left_margin || from > g.width) return null;
                return (
                  <g class="call">
                    <path
                      d={`M${from},${top + 14}V${top}H${to}${call.to === Infinity ? "" : `V${top + 14}`}`}
                    />
                    <text x={Math.max(from, left_margin - 4) + 4} y={top + 11}>
                      {call.label}
                    </text>
                  </g>
                );
              })}
            {chances.length > 0 && <Chart t={t} g={g} top={lanes_bottom} />}
            {marks.length >= 2 && t.finding.rule === "HED001" && (
              <path
                class="edge missing"
                d={`M${g.at(marks[0]!.at)},${g.lane(marks[0]!.thread)}L${g.at(marks[1]!.at)},${g.lane(marks[1]!.thread)}`}
              />
            )}
            {marks.map((m) => (
              <path class="mark" d={shape_path("diamond", g.at(m.at), g.lane(m.thread), 5)}>
                <title>{m.role}</title>
              </path>
            ))}
            {current && (
              <rect
                class="cursor"
                x={g.at(x_of(t, place.value)) - Math.max(g.step / 2, 2)}
                y={top_margin}
                width={Math.max(g.step, 4)}
                height={lanes_bottom - top_margin}
              />
            )}
          </g>
        </svg>
      </div>
      <p class="legend">
        {shape_names.map(([shape, name]) => (
          <span>
            <svg width="14" height="14" aria-hidden="true">
              <path d={shape_path(shape, 7, 7, 4)} />
            </svg>
            {name}
          </span>
        ))}
        <span class="legend-rf">reads from</span>
        <span class="legend-hb">happens before</span>
        {axis.value === "schedule" && <span class="legend-wait">waits</span>}
        {axis.value === "schedule" && <span class="legend-held">holds a lock</span>}
        {chances.length > 0 && <span class="legend-chance">share of random continuations that fail</span>}
        {axis.value === "schedule" && t.calls.length > 0 && <span class="legend-call">call of the object</span>}
      </p>
      <p class="visually-hidden" aria-live="polite">
        {current ? `Step ${current.step}, ${thread_name(t.finding, current.thread)}: ${describe(t, current)}` : ""}
      </p>
    </section>
  );
}
