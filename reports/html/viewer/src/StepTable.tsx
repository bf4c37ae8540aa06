// The steps as a table, a column for each thread: the same as the report on the terminal. Only the rows in sight are
// in the page.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { thread_colour } from "./colours";
import { describe, short_file, thread_name, user_frame, type Trace } from "./trace";
import { filter, folded, go_to, place, rows, theme, trace } from "./view";

const row_height = 24;

function where(t: Trace, p: number): string {
  const frame = user_frame(t.steps[p]!.stack);
  return frame?.file ? `${short_file(frame.file)}:${frame.line}` : "";
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

  if (!t) return null;
  const list = rows.value;
  const first = Math.max(0, Math.floor(top.value / row_height) - 10);
  const last = Math.min(list.length, Math.ceil((top.value + height.value) / row_height) + 10);
  const columns = { "--threads": String(t.lanes.length) };

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
        role="grid"
        aria-label="The interleaving, step by step"
        aria-rowcount={list.length + 1}
        aria-colcount={t.lanes.length + 2}
        tabIndex={0}
        onScroll={(e) => (top.value = e.currentTarget.scrollTop)}
      >
        <div class="row header" role="row" aria-rowindex={1} style={columns}>
          <span role="columnheader">step</span>
          <span role="columnheader">where</span>
          {t.lanes.map((id, lane) => (
            <span role="columnheader" style={{ color: thread_colour(lane, theme.value) }}>
              {thread_name(t.finding, id)}
            </span>
          ))}
        </div>
        <div role="presentation" style={{ height: `${first * row_height}px` }} />
        {list.slice(first, last).map((p, i) => {
          const step = t.steps[p]!;
          const lane = t.lane_of.get(step.thread)!;
          const fold = filter.value === "" && folded.value ? t.folds.get(p) : undefined;
          const current = p === place.value || (fold !== undefined && place.value > p && place.value <= fold);
          return (
            <div
              key={p}
              class={`row${current ? " current" : ""}${step.switch !== null ? " switched" : ""}`}
              role="row"
              aria-rowindex={first + i + 2}
              aria-selected={current}
              style={columns}
              title={step.switch !== null ? `the thread before was left: ${step.switch}` : undefined}
              onClick={() => go_to(p)}
            >
              <span role="gridcell" class="number">
                {step.step}
              </span>
              <span role="gridcell" class="where">
                {where(t, p)}
              </span>
              {t.lanes.map((_, l) => (
                <span role="gridcell" class="cell">
                  {l === lane && (
                    <span style={{ color: thread_colour(l, theme.value) }}>
                      {describe(t, step)}
                      {t.stale[p] && <em class="tag">stale</em>}
                      {fold !== undefined && <em class="tag">×{fold - p + 1}</em>}
                      {step.without && <em class="tag">{step.without}</em>}
                    </span>
                  )}
                </span>
              ))}
            </div>
          );
        })}
        <div role="presentation" style={{ height: `${(list.length - last) * row_height}px` }} />
      </div>
    </section>
  );
}
