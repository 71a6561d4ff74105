// What is painted, on its way to the server: a mask in black and white, or marks on a clear ground.
import { at } from "./address.js";
import { t } from "./texts.js";

const WITHIN_MS = 120_000;

/** Resolves to {sentence}; every error is an Error whose message is a sentence. */
export async function send(layer, mode, instruction) {
  const picture = await encoded(mode === "mask" ? blackAndWhite(layer) : layer.canvas);
  const body = JSON.stringify({ instruction, [mode]: picture });
  let response;
  try {
    response = await fetch(at(`/api/masks/${location.pathname.split("/").pop()}${location.search}`),
      { method: "POST", body, headers: { "Content-Type": "application/json" }, signal: AbortSignal.timeout(WITHIN_MS) });
  } catch (error) {
    throw new Error(t("The server does not answer. What you painted is still here: try it again."), { cause: error });
  }
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data.error ?? t("The server said {status}.", { status: response.status }));
  return data;
}

/** White where something shall change, black elsewhere. */
function blackAndWhite(layer) {
  const canvas = new OffscreenCanvas(layer.width, layer.height);
  const context = canvas.getContext("2d");
  context.drawImage(layer.canvas, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, layer.width, layer.height);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#000";
  context.fillRect(0, 0, layer.width, layer.height);
  return canvas;
}

async function encoded(canvas) {
  const blob = canvas.convertToBlob ? await canvas.convertToBlob({ type: "image/png" })
    : await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let from = 0; from < bytes.length; from += 32_768) text += String.fromCharCode(...bytes.subarray(from, from + 32_768));
  return btoa(text);
}
