// Okabe–Ito colours, told apart by colour-blind readers too; a shape for each kind of step, so that colour is never
// the only sign.
import type { Theme } from "./view";

const light = ["#0072b2", "#b35900", "#00704f", "#a3397a", "#5c6b00", "#3a6ea5", "#8a4b08", "#555555"];
const dark = ["#56b4e9", "#e69f00", "#2fd19f", "#e79ac9", "#f0e442", "#9fc9ff", "#ff9d6b", "#bbbbbb"];

// What the canvas takes from the style sheet, read once for each theme: asking for it makes the browser compute styles.
const names = ["lane_even", "lane_odd", "thread_line", "wait", "held", "text", "muted"] as const;
export type Palette = Record<(typeof names)[number], string>;
const palettes = new Map<Theme, Palette>();

export function palette(theme: Theme): Palette {
  let found = palettes.get(theme);
  if (!found) {
    const style = getComputedStyle(document.documentElement);
    const value = (name: string) => style.getPropertyValue(`--${name.replace("_", "-")}`).trim();
    found = Object.fromEntries(names.map((name) => [name, value(name)])) as Palette;
    palettes.set(theme, found);
  }
  return found;
}

export function thread_colour(lane: number, theme: Theme): string {
  const palette = theme === "dark" ? dark : light;
  return palette[lane % palette.length]!;
}

export type Shape = "circle" | "square" | "diamond" | "triangle" | "bar" | "cross";

export function shape_of(kind: string): Shape {
  switch (kind) {
    case "load":
      return "circle";
    case "store":
      return "square";
    case "rmw":
      return "diamond";
    case "fence":
      return "bar";
    case "await":
      return "triangle";
    default:
      return "cross";
  }
}

export const shape_names: [Shape, string][] = [
  ["circle", "load"],
  ["square", "store"],
  ["diamond", "read-modify-write"],
  ["triangle", "lock, wait or join"],
  ["bar", "fence"],
  ["cross", "start, end or choice"],
];

export function shape_path(shape: Shape, x: number, y: number, r: number): string {
  switch (shape) {
    case "circle":
      return `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
    case "square":
      return `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`;
    case "diamond":
      return `M${x},${y - r - 1}L${x + r + 1},${y}L${x},${y + r + 1}L${x - r - 1},${y}Z`;
    case "triangle":
      return `M${x - r},${y + r}L${x},${y - r}L${x + r},${y + r}Z`;
    case "bar":
      return `M${x - 1.5},${y - r - 2}h3v${2 * r + 4}h-3Z`;
    case "cross":
      return `M${x - r},${y - 1.5}h${r - 1.5}v${1.5 - r}h3v${r - 1.5}h${r - 1.5}v3h${1.5 - r}v${r - 1.5}h-3v${1.5 - r}h${1.5 - r}Z`;
  }
}
