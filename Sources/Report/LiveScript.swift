/// What keeps a page that is looked at as the run is.
enum LiveScript {
  /// Takes each part that the server sends in place of the one that is there; what is unfolded stays so.
  static let text = """
    "use strict";
    const script = document.currentScript;
    const source = new EventSource(script.dataset.events);
    const note = document.createElement("p");
    note.className = "note";
    document.querySelector("main").prepend(note);
    function say(text) { if (note.textContent !== text) note.textContent = text; }
    function summary(details) { return details.querySelector("summary")?.textContent.replace(/[0-9]+ (lines|commands).*/, ""); }
    source.addEventListener("part", (event) => {
      const part = JSON.parse(event.data);
      const place = document.getElementById("part-" + part.id);
      if (!place) return;
      const open = new Set(Array.from(place.querySelectorAll("details[open]"), summary));
      place.innerHTML = part.markup;
      for (const details of place.querySelectorAll("details")) details.open = open.has(summary(details));
    });
    source.addEventListener("title", (event) => { document.title = JSON.parse(event.data); });
    source.addEventListener("open", () => say("Live: this page follows the run."));
    source.addEventListener("error", () => say("Not live: the connection to zdupgrade watch is lost; it is tried again."));

    """
}
