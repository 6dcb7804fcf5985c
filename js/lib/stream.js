/**
 * A stream of another widget (ipywebrtc), passed by reference in the trait `stream`.
 * @param {any} model @param {"audio" | "video"} kind
 * @returns {Promise<MediaStream | null>} its tracks of this kind, cloned so that stopping them
 *   leaves the other widget's alone; null when there is none
 */
export async function givenStream(model, kind) {
  const reference = model.get("stream");
  if (typeof reference !== "string") return null;
  const id = reference.replace(/^IPY_MODEL_/, "");
  const other = await model.widget_manager.get_model(id);
  const stream = await other.stream;
  const tracks = kind === "audio" ? stream.getAudioTracks() : stream.getVideoTracks();
  if (tracks.length === 0) return null;
  return new MediaStream(tracks.map((/** @type {MediaStreamTrack} */ track) => track.clone()));
}
