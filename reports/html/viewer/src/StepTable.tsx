// The steps as a table, a column for each thread: the same as the report on the terminal. Only the rows in sight are
// in the page.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { thread_colour } from "./colours";
import { describe, short_file, thread_name, user_frame, type Trace } from "./trace";
import { filter, folded, go_to, place, printing, rows, theme, trace } from "./view";

const row_height = 24;
const printed_rows_max = 5000;

function file_of(t: Trace, p: number): string | undefined {
  return user_frame(t.steps[p]!.stack)?.file ?? undefined;
}

// The file that all steps are in, if it is one: then lines alone are shown.
function only_file(t: Trace): string | null {
  const first = t.steps.findIndex((_, p) => file_of(t, p) !== undefined);
  if (first < 0) return null;
  const file = file_of(t, first)!;
  return t.steps.every((_, p) => (file_of(t, p) ?? file) === file) ? file : null;
}

function where(t: Trace, p: number, only: string | null): string {
  const frame = user_frame(t.steps[p]!.stack);
  return frame?.file ? `${only === null ? short_file(frame.file) : ""}:${frame.line}` : "";
}

interface RowOf {
  t: Trace;
  p: number;
  index: number;
  fold: number | undefined; // the last of the equal steps that the row stands for
  current: boolean;
  only: string | null;
}

// Made again only when it changes. Cells of the threads that do not move are left out, as aria-colindex allows.
function Row({ t, p, index, fold, current, only }: RowOf) {
  return useMemo(() => {
    const step = t.steps[p]!;
    const lane = t.lane_of.get(step.thread)!;
    return (
      <div
        class={`row${current ? " current" : ""}${step.switch !== null ? " switched" : ""}`}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={current}
        title={step.switch !== null ? `the thread before was left: ${step.switch}` : undefined}
        onClick={() => go_to(p)}
      >
        <span role="gridcell" aria-colindex={1} class="number">
          {step.step}
        </span>
        <span role="gridcell" aria-colindex={2} class="where">
          <bdi>{where(t, p, only)}</bdi>
        </span>
        <span
          role="gridcell"
          aria-colindex={lane + 3}
          class="cell"
          style={{ gridColumn: `${lane + 3} / -1`, color: thread_colour(lane, theme.value) }}
        >
          {describe(t, step)}
          {t.stale[p] && <em class="tag">stale</em>}
          {fold !== undefined && <em class="tag">×{fold - p + 1}</em>}
          {step.without && <em class="tag">without it: {step.without}</em>}
        </span>
      </div>
    );
  }, [t, p, index, fold, current, only, theme.value]);
}

export function StepTable() {
  const t = trace.value;
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(400);

  useEffect(() => {
    const watch = new ResizeObserver(() => (height.value = box.current?.clientHeight ?? 400));
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);

  useSignalEffect(() => {
    const element = box.current;
    if (!element) return;
    const list = rows.value;
    let row = list.indexOf(place.value);
    if (row < 0) row = list.findIndex((p) => p > place.value) - 1;
    if (row < 0) return;
    const y = row * row_height;
    // Asking the element where it is would lay the page out now.
    const shown = top.peek();
    const room = height.peek();
    if (y >= shown && y + 2 * row_height <= shown + room) return;
    top.value = y < shown ? y : y + 2 * row_height - room;
    requestAnimationFrame(() => (element.scrollTop = top.peek()));
  });

  const only = useMemo(() => (t ? only_file(t) : null), [t]);

  if (!t) return null;
  const list = rows.value;
  // On paper nothing can be scrolled: all rows are shown.
  const first = printing.value ? 0 : Math.max(0, Math.floor(top.value / row_height) - 10);
  const end = printing.value ? printed_rows_max : Math.ceil((top.value + height.value) / row_height) + 10;
  const last = Math.min(list.length, end);
  const below = printing.value ? 0 : list.length - last;
  const columns = { "--threads": String(t.lanes.length), "--where": only === null ? "11rem" : "4rem" };

  return (
    <section class="table" aria-label="Steps">
      <div class="table-head">
        <label class="filter">
          Filter
          <input
            id="filter"
            type="search"
            placeholder="object, call or thread ( / )"
            value={filter.value}
            onInput={(e) => (filter.value = e.currentTarget.value)}
          />
        </label>
        <span>
          {list.length} of {t.steps.length} steps
          {only !== null && `, all in ${short_file(only)}`}
          {printing.value && last < list.length && `, the first ${last} printed`}
        </span>
        {t.folds.size > 0 && (
          <label>
            <input type="checkbox" checked={folded.value} onChange={() => (folded.value = !folded.value)} /> fold
            repeated steps
          </label>
        )}
      </div>
      <div
        ref={box}
        class="table-box"
        style={columns}
        role="grid"
        aria-label="The interleaving, step by step"
        aria-rowcount={list.length + 1}
        aria-colcount={t.lanes.length + 2}
        tabIndex={0}
        onScroll={(e) => (top.value = e.currentTarget.scrollTop)}
      >
        <div class="row header" role="row" aria-rowindex={1}>
          <span role="columnheader">step</span>
          <span role="columnheader">{only === null ? "where" : "line"}</span>
          {t.lanes.map((id, lane) => (
            <span role="columnheader" style={{ color: thread_colour(lane, theme.value) }}>
              {thread_name(t.finding, id)}
            </span>
          ))}
        </div>
        <div role="presentation" style={{ height: `${first * row_height}px` }} />
        {list.slice(first, last).map((p, i) => {
          const fold = filter.value === "" && folded.value ? t.folds.get(p) : undefined;
          const current = p === place.value || (fold !== undefined && place.value > p && place.value <= fold);
          // Elements are used again for other rows, which costs less than new ones.
          const row = { t, p, index: first + i, fold, current, only };
          return <Row key={(first + i) % (last - first)} {...row} />;
        })}
        <div role="presentation" style={{ height: `${below * row_height}px` }} />
      </div>
    </section>
  );
}
