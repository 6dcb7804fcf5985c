/** The Player widget (anywidget module, made anew for each model): a recording to listen to. */
import { PlayerController } from "./lib/player.js";
import { Sound } from "./lib/sound.js";
import { renderPlayer } from "./ui/player.js";
import { sharingViews } from "./ui/views.js";

export default () => ({
  // Without any view it falls silent.
  render: sharingViews((model, signal) => new PlayerController(model, signal, new Sound()), renderPlayer),
});
