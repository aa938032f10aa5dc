// Keys for the review: each presses the button or follows the link that bears it. Without this script the buttons do.
(function () {
  var source = document.getElementById("source");
  var now = document.getElementById("now");
  var card = document.getElementById("card");
  // After the browser's own jump to the fragment, which moves the whole page: the words come into view beside the
  // card, and the card stays where the eye and the hand are.
  function show() {
    source.scrollTop += now.getBoundingClientRect().top - source.getBoundingClientRect().top - source.clientHeight / 3;
    window.scrollTo(0, 0);
    if (card) { card.scrollIntoView({ block: "nearest" }); }
  }
  // The jump also takes the focus away, and a page opened at a fragment does not heed autofocus.
  function write() {
    var field = document.querySelector("[autofocus]");
    if (field) { field.focus({ preventScroll: true }); field.select(); }
  }
  window.addEventListener("load", function () {
    setTimeout(function () { if (source && now) { show(); } write(); });
  });

  function busy(target) {
    return target.closest("input, textarea, select, summary, [contenteditable]");
  }

  // Offsets count characters as the server does; a string here counts those outside the basic plane twice.
  function length(text) { return Array.from(text).length; }

  function selected() {
    var selection = window.getSelection();
    if (!source || selection.isCollapsed || !source.contains(selection.anchorNode) || !source.contains(selection.focusNode)) { return null; }
    var range = selection.getRangeAt(0);
    var before = document.createRange();
    before.selectNodeContents(source);
    before.setEnd(range.startContainer, range.startOffset);
    var words = range.toString();
    var lead = words.length - words.trimStart().length;
    return { start: length(before.toString()) + length(words.slice(0, lead)), words: words.trim() };
  }

  function addSelection() {
    var chosen = selected();
    if (!chosen) { return false; }
    document.getElementById("words").value = chosen.words;
    document.getElementById("add-start").value = chosen.start;
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) { return; }
    var key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (busy(event.target) && key !== "Escape") { return; }
    if (key === "Enter" && event.target.closest("a, button")) { return; }
    var bearer = document.querySelector('[data-key="' + key + '"]');
    if (!/^[A-Za-z]+$/.test(key) || !bearer || bearer.disabled) { return; }
    if (key === "T" && !addSelection()) {
      bearer.closest("details").open = true;
      document.getElementById("words").focus();
    } else {
      bearer.click();
    }
    event.preventDefault();
  });
})();
