/** Asks the server; throws what it says went wrong. */
export async function ask(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.message ?? `HTTP ${response.status}`);
  return answer;
}

/** Gives a label to what a prediction is about. */
export function giveLabel({ camera, region, capturedAt, id }, label) {
  const body = JSON.stringify({ camera, region, capturedAt, label, predictionId: id });
  return ask('/api/labels', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}
