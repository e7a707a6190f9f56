// Names on a map: each is put above, below or beside its circle, where it meets no other name and no circle.

// Where the middle of a name may lie, from that of the circle, in pixels; a name to the side begins or ends there.
const sides = [
  { side: 'above', dx: 0, dy: -14, from: 0.5 }, { side: 'below', dx: 0, dy: 15, from: 0.5 },
  { side: 'right', dx: 12, dy: 1, from: 0 }, { side: 'left', dx: -12, dy: 1, from: 1 },
];
const perLetter = 6.2, height = 13;

// Mercator, as Vega's projection has it, fitted to a frame.
function projected(points, frame) {
  const raw = points.map(({ longitude, latitude }) => [(longitude * Math.PI) / 180, -Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360))]);
  const span = (i) => [Math.min(...raw.map((p) => p[i])), Math.max(...raw.map((p) => p[i]))];
  const [x, y] = [span(0), span(1)];
  const scale = Math.min(frame.width / (x[1] - x[0] || 1e-9), frame.height / (y[1] - y[0] || 1e-9));
  return raw.map((p) => [(p[0] - x[0]) * scale + (frame.width - (x[1] - x[0]) * scale) / 2, (p[1] - y[0]) * scale + (frame.height - (y[1] - y[0]) * scale) / 2]);
}

const overlap = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

function boxOf([x, y], name, { dx, dy, from }) {
  const width = name.length * perLetter;
  const left = x + dx - width * from;
  return { left, right: left + width, top: y + dy - height / 2, bottom: y + dy + height / 2 };
}

// Gives the districts of one map their column label: the side on which the name stands.
function place(rows, named, frame) {
  if (rows.length === 0) return [];
  const at = projected(rows, frame);
  const circles = at.map(([x, y]) => ({ left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 }));
  const taken = [];
  const label = new Map();
  rows.forEach((row, i) => {
    if (!named(row)) return;
    const cost = (side) => {
      const box = boxOf(at[i], row.district, side);
      const outside = Math.max(0, -box.left) + Math.max(0, box.right - frame.width);
      return taken.reduce((sum, other) => sum + 4 * overlap(box, other), 0) + circles.reduce((sum, circle, j) => sum + (j === i ? 0 : overlap(box, circle)), 0) + 4 * outside;
    };
    const best = sides.map((side) => [cost(side), side]).reduce((a, b) => (b[0] < a[0] - 1 ? b : a))[1];
    taken.push(boxOf(at[i], row.district, best));
    label.set(row, best.side);
  });
  return label;
}

// The rows of a map, the districts with the side of their name: in a frame with all of them, where those of the densest
// zone have none, and in a frame with that zone enlarged.
export function labelled(rows, dense, [all, enlarged]) {
  const districts = rows.filter((row) => row.kind === 'district');
  const labels = new Map([
    ...place(districts, (row) => row.zone !== dense, all),
    ...place(districts.filter((row) => row.zone === dense), () => true, enlarged),
  ]);
  return rows.map((row) => ({ ...row, label: labels.get(row) ?? null }));
}
