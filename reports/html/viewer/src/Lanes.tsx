// The swimlanes. Steps are on a canvas (draw_lanes.ts), which is drawn again only when what is in sight changes; arrows
// around the current step are SVG above it, and the cursor is a layer that only moves. Each part subscribes to what it
// shows and nothing else: a step further costs the arrows and a transform.
import { computed, type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { select } from "d3-selection";
import { line } from "d3-shape";
import { zoom, zoomIdentity, type ZoomTransform } from "d3-zoom";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { shape_names, shape_path } from "./colours";
import { draw_lanes } from "./draw_lanes";
import { arrow_path, chart_height, geometry, left_margin, step_width, top_margin, type Geometry, type Point } from "./geometry";
import { between, chances_of, describe, neighbourhood, thread_name, type Trace } from "./trace";
import { axis, finding_index, go_to, place, printing, theme, trace } from "./view";

const scale_max = 4;

interface Part {
  t: Trace;
  g: ReadonlySignal<Geometry>;
}

// Places of the accesses that a race, or another report on memory, is about.
function marked_accesses(t: Trace): { thread: number; at: number; role: string }[] {
  return t.finding.accesses.map((a) => {
    const p = a.step === null ? undefined : t.place_of_step.get(a.step);
    const at = p !== undefined ? p + 0.5 : a.role === "current" ? t.steps.length - 0.5 : -0.5;
    return { thread: a.thread, at, role: a.role };
  });
}

function Marks({ t, g: now }: Part) {
  const g = now.value;
  if (g.axis !== "schedule") return null;
  const marks = marked_accesses(t);
  const point = (m: { thread: number; at: number }): Point => [g.at(m.at), g.lane(m.thread)];
  const missing = marks.length >= 2 && t.finding.rule === "HED001" ? arrow_path(g, point(marks[0]!), point(marks[1]!), true) : null;
  return (
    <>
      {missing && <path class="edge missing" d={missing} />}
      {marks.map((m) => (
        <path class="mark" d={shape_path("diamond", ...point(m), 5)}>
          <title>{m.role}</title>
        </path>
      ))}
    </>
  );
}

// Calls of the object under test.
function Calls({ t, g: now }: Part) {
  const g = now.value;
  if (g.axis !== "schedule") return null;
  return (
    <>
      {t.calls.map((call) => {
        const from = g.at(call.from);
        const to = g.at(Math.min(call.to, t.steps.length));
        const top = g.lane(call.thread) - g.lane_height + 22;
        if (to < left_margin || from > g.width) return null;
        return (
          <g class="call">
            <path d={`M${from},${top + 14}V${top}H${to}${call.to === Infinity ? "" : `V${top + 14}`}`} />
            <text x={Math.max(from, left_margin - 4) + 4} y={top + 11}>
              {call.label}
            </text>
          </g>
        );
      })}
    </>
  );
}

// How many of the random continuations fail, step by step, and from where on all of them do.
function Chart({ t, g: now }: Part) {
  const g = now.value;
  if (g.axis !== "schedule" || chances_of(t.finding).length === 0) return null;
  const top = g.lanes_bottom;
  const bottom = top + chart_height - 4;
  const y = (share: number) => bottom - share * (chart_height - 10);
  const points = chances_of(t.finding).map((c): Point => [
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

function Arrows({ t, g: now }: Part) {
  const g = now.value;
  const point = (p: number): Point => [g.at(g.column(p)), g.lane(t.steps[p]!.thread)];
  return (
    <>
      {neighbourhood(t, place.value).map((e) => {
        const path = arrow_path(g, point(e.from), point(e.to), e.kind === "happens-before");
        return path && <path class={`edge ${e.kind}`} d={path} marker-end="url(#tip)" />;
      })}
    </>
  );
}

function Cursor({ t, g: now }: Part) {
  const g = now.value;
  if (!t.steps[place.value]) return null;
  const x = g.at(g.column(place.value));
  const width = Math.max(g.step, 4);
  return (
    <div
      class="cursor"
      style={{
        transform: `translateX(${x - width / 2}px)`,
        width: `${width}px`,
        top: `${top_margin}px`,
        height: `${g.lanes_bottom - top_margin}px`,
        visibility: x < left_margin ? "hidden" : "visible",
      }}
    />
  );
}

function Announced({ t }: { t: Trace }) {
  const step = t.steps[place.value];
  return (
    <p class="visually-hidden" aria-live="polite">
      {step ? `Step ${step.step}, ${thread_name(t.finding, step.thread)}: ${describe(t, step)}` : ""}
    </p>
  );
}

function Legend({ t }: { t: Trace }) {
  const schedule = axis.value === "schedule";
  return (
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
      {schedule && <span class="legend-wait">waits</span>}
      {schedule && <span class="legend-held">holds a lock</span>}
      {schedule && chances_of(t.finding).length > 0 && (
        <span class="legend-chance">share of random continuations that fail</span>
      )}
      {schedule && t.calls.length > 0 && <span class="legend-call">call of the object</span>}
    </p>
  );
}

// The step that a click on the lanes means.
function clicked(t: Trace, g: Geometry, x: number, y: number): number | undefined {
  if (x < left_margin - 8) return undefined;
  const column = (x - g.at(0)) / g.step;
  if (g.axis === "schedule") return Math.round(column);
  const lane = t.lanes[Math.floor((y - top_margin) / g.lane_height)];
  const places = lane === undefined ? [] : (t.of_thread.get(lane) ?? []);
  const distance = (p: number) => Math.abs(t.column[p]! - column);
  return places.reduce<number | undefined>(
    (best, p) => (best === undefined || distance(p) < distance(best) ? p : best),
    undefined,
  );
}

function LanesOf({ t }: { t: Trace }) {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const transform = useSignal<ZoomTransform>(zoomIdentity);
  const width = useSignal(800);
  const g = useMemo(() => computed(() => geometry(t, axis.value, transform.value, width.value)), [t]);
  const lanes_bottom = g.peek().lanes_bottom;
  const height = lanes_bottom + (axis.value === "schedule" && chances_of(t.finding).length > 0 ? chart_height : 0);
  const frame = useRef(0);

  // The extent is given, as d3 would ask the element for it, which lays the page out at each step.
  const behaviour = useMemo(
    () =>
      zoom<HTMLDivElement, unknown>()
        .scaleExtent([0.001, scale_max])
        .extent(() => [
          [0, 0],
          [width.peek(), lanes_bottom],
        ])
        .filter((event: MouseEvent) => event.type !== "dblclick" && !event.button)
        .on("zoom", (event: { transform: ZoomTransform }) => (transform.value = event.transform)),
    [t],
  );

  useEffect(() => {
    const element = holder.current!;
    const watch = new ResizeObserver(() => (width.value = element.clientWidth));
    watch.observe(element);
    width.value = element.clientWidth;
    select(element).call(behaviour);
    const needed = t.steps.length * step_width;
    const room = width.value - left_margin - 24;
    if (needed < room * 3) {
      select(element).call(behaviour.scaleTo, Math.min(room / needed, scale_max), [left_margin, 0]);
    }
    return () => watch.disconnect();
  }, [t]);

  useSignalEffect(() => {
    const seen = g.value;
    const colours = theme.value;
    const draw = () => canvas.current && draw_lanes(canvas.current, t, seen, colours);
    cancelAnimationFrame(frame.current);
    if (printing.value) draw(); // there is no other frame before the paper
    else frame.current = requestAnimationFrame(draw);
  });

  // Keeps the current step in sight.
  useSignalEffect(() => {
    if (t.steps.length === 0 || !holder.current) return;
    void axis.value;
    const seen = g.peek();
    const x = seen.at(seen.column(Math.min(place.value, t.steps.length - 1)));
    if (x > left_margin + 20 && x < seen.width - 20) return;
    const wanted = left_margin + (seen.width - left_margin) / 2;
    select(holder.current).call(behaviour.translateBy, (wanted - x) / transform.peek().k, 0);
  });

  const click = (event: MouseEvent) => {
    const box = holder.current!.getBoundingClientRect();
    const p = clicked(t, g.peek(), event.clientX - box.left, event.clientY - box.top);
    if (p !== undefined) go_to(p);
  };

  return (
    <div ref={holder} class="lanes-box" style={{ height: `${height}px` }} onClick={click}>
      <canvas
        ref={canvas}
        style={{ width: "100%", height: `${lanes_bottom}px` }}
        role="img"
        aria-label={`${t.steps.length} steps of ${t.lanes.length} threads; the table below has the same steps`}
      />
      <div class="beside-names" style={{ left: `${left_margin - 8}px` }}>
        <svg
          style={{ left: `${8 - left_margin}px`, width: `calc(100% + ${left_margin - 8}px)`, height: `${height}px` }}
          aria-hidden="true"
        >
          <defs>
            <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0,0L8,4L0,8Z" class="tip" />
            </marker>
          </defs>
          <Arrows t={t} g={g} />
          <Calls t={t} g={g} />
          <Chart t={t} g={g} />
          <Marks t={t} g={g} />
        </svg>
      </div>
      <Cursor t={t} g={g} />
    </div>
  );
}

export function Lanes() {
  const t = trace.value;
  if (!t) return null;
  return (
    <section class="lanes" aria-label="Swimlanes of the threads">
      <LanesOf key={finding_index.value} t={t} />
      <Legend t={t} />
      <Announced t={t} />
    </section>
  );
}
