// Where things stand in the swimlanes: x is the schedule (or the causal column), a lane for each thread.
import { scaleLinear } from "d3-scale";
import { line, curveBumpX } from "d3-shape";
import type { ZoomTransform } from "d3-zoom";

import type { Trace } from "./trace";
import type { Axis } from "./view";

export const top_margin = 18;
export const left_margin = 120;
export const step_width = 16;
export const chart_height = 34; // the share of continuations that fail, below the lanes

export interface Geometry {
  axis: Axis;
  width: number;
  columns: number;
  lane_height: number;
  lanes_bottom: number;
  step: number; // pixels a column
  at: (column: number) => number; // middle of the column, in pixels
  column: (place: number) => number; // of a step
  lane: (thread: number) => number; // middle of the lane
  in_sight: (x: number) => boolean;
}

export function geometry(t: Trace, axis: Axis, transform: ZoomTransform, width: number): Geometry {
  const x = transform.rescaleX(scaleLinear().domain([0, 1]).range([left_margin, left_margin + step_width]));
  // Calls of the object under test stand above the steps.
  const lane_height = t.calls.length > 0 ? 52 : 36;
  return {
    axis,
    width,
    columns: axis === "causal" ? t.columns : t.steps.length,
    lane_height,
    lanes_bottom: top_margin + t.lanes.length * lane_height,
    step: x(1) - x(0),
    at: (c) => x(c + 0.5),
    column: (p) => (axis === "causal" ? t.column[p]! : p),
    lane: (id) => top_margin + ((t.lane_of.get(id) ?? 0) + 1) * lane_height - 18,
    in_sight: (at) => at >= left_margin - 8 && at <= width + 8,
  };
}

export type Point = [number, number];

const arrow = line<Point>().curve(curveBumpX);
const beyond = 150; // an arrow that goes out of sight ends this far outside

// The path of an arrow between two points, or null if it is out of sight.
export function arrow_path(g: Geometry, from: Point, to: Point, dashed: boolean): string | null {
  const inside = (p: Point): Point => [Math.min(Math.max(p[0], left_margin - beyond), g.width + beyond), p[1]];
  const [a, b] = [inside(from), inside(to)];
  if (!g.in_sight(a[0]) && !g.in_sight(b[0]) && a[0] === b[0]) return null;
  return dashed ? dashes(a, b) : arrow([a, b]);
}

// The same curve in straight dashes: stroke-dasharray on a curve costs a browser that draws without a graphics card
// more than all the rest of the page.
function dashes([x0, y0]: Point, [x1, y1]: Point): string {
  const count = Math.min(Math.max(Math.round(Math.hypot(x1 - x0, y1 - y0) / 8), 2), 150);
  const on_curve = (t: number) => {
    const back = t * t * (3 - 2 * t);
    const x = x0 + (x1 - x0) * (1.5 * t * (1 - t) + t * t * t);
    return `${x.toFixed(1)},${(y0 + (y1 - y0) * back).toFixed(1)}`;
  };
  let path = "";
  for (let i = 0; i < count; i++) path += `M${on_curve(i / count)}L${on_curve(i + 1 === count ? 1 : (i + 0.6) / count)}`;
  return path;
}
