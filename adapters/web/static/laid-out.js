// A session's tree laid out sideways: rounds to the right, a branch a row below.

/**
 * {nodes: [{node, losers, x, y}], rows: [{run, y, letter, x, count}], place: by iteration}. A run's best
 * of each round goes right; what lost its round is folded behind it, what was taken down keeps its place.
 */
export function laidOut(tree) {
  const all = [...tree.iterations, ...(tree.gone ?? []).map((node) => ({ ...node, gone: true }))];
  const place = new Map();
  const nodes = [];
  const rows = [];
  for (const run of tree.runs) {
    const rounds = bestOfRounds(all.filter((node) => node.run === run.run));
    if (!rounds.length) continue;
    const row = { run, y: rows.length, letter: letter(rows.length), x: (place.get(run.base)?.x ?? -1) + 1, count: rounds.length };
    rounds.forEach(({ best, losers }, index) => {
      const placed = { node: best, losers, x: row.x + index, y: row.y };
      for (const each of [best, ...losers]) place.set(each.id, placed);
      nodes.push(placed);
    });
    rows.push(row);
  }
  return { nodes, rows, place };
}

/** A, B … Z, AA, AB … */
const letter = (index) => (index >= 26 ? letter(Math.floor(index / 26) - 1) : "") + String.fromCharCode(65 + (index % 26));

const weight = (node) => (node.gone ? -2 : node.score?.value ?? -1);

function bestOfRounds(nodes) {
  const rounds = new Map();
  for (const node of nodes) rounds.set(node.round, [...(rounds.get(node.round) ?? []), node]);
  return [...rounds.entries()].sort(([a], [b]) => a - b).map(([, each]) => {
    const best = each.reduce((a, b) => (weight(b) > weight(a) ? b : a));
    return { best, losers: each.filter((node) => node !== best) };
  });
}
