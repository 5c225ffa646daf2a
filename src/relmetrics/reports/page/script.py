"""Script of the page: tables sort by a column. The page is whole without it."""

from __future__ import annotations

SCRIPT = """<script type="module">
for (const table of document.querySelectorAll("table.sorts")) {
  const heads = [...table.tHead.rows[0].cells], bodies = [...table.tBodies];
  if (bodies.every(body => body.rows.length < 2)) continue;
  const key = (row, i) => {
    const cell = row.cells[i], value = cell.dataset.v;
    return value === undefined ? cell.textContent : value === "" ? NaN : Number(value);
  };
  const order = (a, b) => typeof a === "number"
    ? (isNaN(a) ? 1 : 0) - (isNaN(b) ? 1 : 0) || a - b
    : a.localeCompare(b, undefined, { numeric: true });
  heads.forEach((head, i) => {
    const title = head.firstElementChild, button = document.createElement("button");
    if (!title) return;
    button.append(...title.childNodes);
    title.append(button);
    button.onclick = () => {
      const up = head.ariaSort !== "ascending";
      for (const body of bodies) {
        const rows = [...body.rows], fixed = rows.filter(row => row.matches(".total,.of"));
        const moved = rows.filter(row => !fixed.includes(row));
        moved.sort((a, b) => {
          const x = key(a, i), y = key(b, i), by = order(x, y);
          return up || x !== x || y !== y ? by : -by;
        });
        body.append(...fixed, ...moved);
      }
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.ariaSort = up ? "ascending" : "descending";
    };
  });
}
</script>"""
"""Buttons in the heads of tables; values come from `data-v`, and what has none comes last."""
